/**
 * The service worker: the tablet opens and composes without a network.
 *
 * One cache for each build, with exactly that build's files. A page is kept in it only when it names no other file, so
 * an old page never meets new scripts. It answers for the tablet's page, the pairing page and hashed files, and for
 * nothing else; no answer of the API is ever kept here. It imports nothing: it is one classic script.
 */
interface Waits extends Event {
  waitUntil(work: Promise<unknown>): void
}
interface Fetches extends Waits {
  readonly request: Request
  respondWith(answer: Promise<Response>): void
}
interface Worker {
  addEventListener(type: 'install' | 'activate', listener: (event: Waits) => void): void
  addEventListener(type: 'fetch', listener: (event: Fetches) => void): void
  addEventListener(type: 'message', listener: (event: Waits & { readonly data: { keep?: string; take?: boolean } }) => void): void
  skipWaiting(): Promise<void>
  readonly clients: { claim(): Promise<void> }
}

{
  const worker = self as unknown as Worker
  /** Put in by the build: the addresses of the files that the two pages need. */
  const FILES = JSON.parse('__TOCSIN_FILES__') as string[]
  const BUILD = '__TOCSIN_BUILD__'
  const CACHE = `tocsin-${BUILD}`
  const ALSO = ['/icon.svg']
  /** After so long without an answer the kept page opens; the network may be there and lead nowhere. */
  const PATIENCE_MS = 3_000

  const isOurs = (path: string): boolean => path === '/pair' || /^\/presenter\/[^/]+$/.test(path)

  /** Whether a page names only files of this build. */
  const isOfThisBuild = (page: string): boolean => {
    const named = page.match(/\/static\/assets\/[^"'\s)]+/g) ?? []
    return named.length > 0 && named.every((file) => FILES.includes(file))
  }

  /** Every file of this build, again where signing out or the browser itself has emptied the cache. */
  async function complete(): Promise<void> {
    const cache = await caches.open(CACHE)
    const have = new Set((await cache.keys()).map((one) => new URL(one.url).pathname))
    await cache.addAll([...FILES, ...ALSO].filter((file) => !have.has(file)))
  }

  async function keep(path: string, answer: Response): Promise<boolean> {
    if (answer.status !== 200 || answer.redirected || !isOfThisBuild(await answer.clone().text())) return false
    await (await caches.open(CACHE)).put(path, answer)
    return true
  }

  async function page(request: Request): Promise<Response> {
    const path = new URL(request.url).pathname
    const kept = await (await caches.open(CACHE)).match(path)
    let timer: ReturnType<typeof setTimeout> | undefined
    const asked = fetch(request).then((answer) => {
      if (answer.type === 'basic' && answer.status === 200) void keep(path, answer.clone()).catch(() => undefined)
      return answer
    })
    if (!kept) return asked
    const patience = new Promise<undefined>((out) => (timer = setTimeout(() => out(undefined), PATIENCE_MS)))
    try {
      const answer = await Promise.race([asked, patience])
      return answer && answer.status < 500 ? answer : kept
    } catch {
      return kept
    } finally {
      clearTimeout(timer)
      asked.catch(() => undefined)
    }
  }

  async function file(request: Request): Promise<Response> {
    return (await caches.match(new URL(request.url).pathname)) ?? fetch(request)
  }

  /** The pages that an older build keeps, in this build's words; without them there would be nothing to open. */
  async function bringPages(): Promise<void> {
    for (const name of await caches.keys()) {
      if (!name.startsWith('tocsin-') || name === CACHE) continue
      for (const kept of await (await caches.open(name)).keys()) {
        const path = new URL(kept.url).pathname
        if (!isOurs(path)) continue
        const answer = await fetch(path, { credentials: 'same-origin' })
        if (answer.status === 404) continue // the event is gone, and so may its page be
        if (!(await keep(path, answer))) throw new Error('not of this build yet')
      }
    }
  }

  worker.addEventListener('install', (event) => {
    const install = async () => {
      await complete()
      await bringPages()
    }
    event.waitUntil(install())
  })

  // Only when nothing waits any more, or the person said so: the page decides, `take` is its word.
  worker.addEventListener('activate', (event) => {
    const old = async () => {
      for (const name of await caches.keys()) if (name.startsWith('tocsin-') && name !== CACHE) await caches.delete(name)
      await worker.clients.claim()
    }
    event.waitUntil(old())
  })

  worker.addEventListener('message', (event) => {
    const { keep: path, take } = event.data
    if (take) event.waitUntil(worker.skipWaiting())
    if (path && isOurs(path)) {
      event.waitUntil(
        complete()
          .then(() => fetch(path, { credentials: 'same-origin' }))
          .then((answer) => keep(path, answer))
          .catch(() => undefined),
      )
    }
  })

  worker.addEventListener('fetch', (event) => {
    const { request } = event
    const url = new URL(request.url)
    if (request.method !== 'GET' || url.origin !== location.origin) return
    if (request.mode === 'navigate' && isOurs(url.pathname)) event.respondWith(page(request))
    else if (FILES.includes(url.pathname) || ALSO.includes(url.pathname)) event.respondWith(file(request))
  })
}
