/** Where on the desk somebody is: the part after "#", so that every place has an address and Back works. */
import { signal } from '@preact/signals'

export interface Route {
  page: 'desk' | 'delivery' | 'channels' | 'people' | 'events' | 'two' | 'me' | 'tablets' | 'consent' | 'audit' | 'drills' | 'steps' | 'setup'
  id: string
}

const PAGES = ['desk', 'delivery', 'channels', 'people', 'events', 'two', 'me', 'tablets', 'consent', 'audit', 'drills', 'steps', 'setup'] as const

export function routeOf(hash: string, home: Route['page']): Route {
  const [page = '', id = ''] = hash.replace(/^#/, '').split('/')
  const known = PAGES.find((one) => one === page)
  return { page: known ?? home, id: known ? decodeURIComponent(id) : '' }
}

export function href(page: Route['page'], id = ''): string {
  return id ? `#${page}/${encodeURIComponent(id)}` : `#${page}`
}

export const route = signal<Route>({ page: 'desk', id: '' })

export function followRoute(home: Route['page']): void {
  const read = () => {
    route.value = routeOf(location.hash, home)
  }
  addEventListener('hashchange', read)
  read()
}
