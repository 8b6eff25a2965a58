/**
 * The service worker as the page sees it: registered, told to keep this page, and changed for a new one only when
 * nothing waits and nobody writes, or when the person says so.
 */
import { effect } from '@preact/signals'
import type { Tablet } from './tablet.ts'

export const WORKER = '/sw.js'

interface Policies {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): { createScriptURL: (url: string) => string }
}

/** The one address that this page hands to the browser as a program. */
function trusted(url: typeof WORKER): string {
  const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes
  if (!policies) return url
  const policy = policies.createPolicy('tocsin', {
    createScriptURL: (given) => {
      if (given !== WORKER) throw new TypeError('not ours')
      return given
    },
  })
  return policy.createScriptURL(url)
}

/** Register, and keep the page that is open for the day without a network. */
export async function register(page: string): Promise<ServiceWorkerRegistration | undefined> {
  if (!navigator.serviceWorker) return undefined // no secure context: the page still works while it is open
  try {
    const registration = await navigator.serviceWorker.register(trusted(WORKER), { scope: '/', updateViaCache: 'none' })
    const ready = await navigator.serviceWorker.ready
    ready.active?.postMessage({ keep: page })
    return registration
  } catch {
    return undefined // the browser refuses: as above
  }
}

export function keepWorker(tablet: Tablet): void {
  let leaving = false
  void register(location.pathname).then((registration) => {
    if (!registration) return
    const look = () => (tablet.fresh.value = Boolean(registration.waiting))
    registration.addEventListener('updatefound', () => {
      registration.installing?.addEventListener('statechange', look)
    })
    look()
    tablet.update = () => {
      leaving = true
      registration.waiting?.postMessage({ take: true })
    }
    let had = Boolean(navigator.serviceWorker.controller)
    navigator.serviceWorker.addEventListener('controllerchange', () => {
      // The first worker ever takes over a page that is already of its build.
      if (had && leaving) location.reload()
      had = true
      look()
    })
    effect(() => {
      const idle =
        !tablet.sender.entries.value.length && !tablet.store.counting.value.length && !tablet.writing.draft.value.touched
      if (tablet.fresh.value && idle) tablet.update()
    })
    // A tablet is open for days: ask for a new version when somebody comes back to it.
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') void registration.update().catch(() => undefined)
    })
  })
}
