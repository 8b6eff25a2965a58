/** What a browser keeps of Tocsin, and losing it: wholly when a tablet was wiped, but for unsent texts when signing out. */

/** The tablet's database. */
export const PLACE = 'tocsin.outbox'

const gone = (name: string): Promise<void> =>
  new Promise((resolve) => {
    try {
      const deleting = indexedDB.deleteDatabase(name)
      deleting.onsuccess = deleting.onerror = deleting.onblocked = () => resolve()
    } catch {
      resolve()
    }
  })

async function emptyCaches(): Promise<void> {
  try {
    for (const name of await caches.keys()) await caches.delete(name)
  } catch {
    /* no caches, nothing kept in them */
  }
}

/** Everything: the outbox, the key, drafts, cached pages, the service worker. Nothing of it can come back. */
export async function forgetAll(): Promise<void> {
  await Promise.all([gone(PLACE), gone('tocsin.device'), emptyCaches()])
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith('tocsin.')) localStorage.removeItem(name)
  } catch {
    /* forbidden storage holds nothing */
  }
  try {
    for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister()
  } catch {
    /* no workers here */
  }
}

/** The cached page, the last event and its cue sheet. Texts that were not sent stay, for their writer alone. */
export async function forgetKnown(): Promise<void> {
  await emptyCaches()
  await new Promise<void>((resolve) => {
    try {
      const opening = indexedDB.open(PLACE, 1)
      opening.onerror = () => resolve()
      // It was never made: opening it must not make it.
      opening.onupgradeneeded = () => opening.transaction?.abort()
      opening.onsuccess = () => {
        const kept = opening.result.transaction('kept', 'readwrite')
        kept.objectStore('kept').delete(IDBKeyRange.bound('known ', 'known \uffff'))
        kept.oncomplete = kept.onabort = () => (opening.result.close(), resolve())
      }
    } catch {
      resolve()
    }
  })
}
