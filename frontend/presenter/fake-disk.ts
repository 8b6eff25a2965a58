/**
 * A browser's database for tests, as far as the tablet uses one: transactions that commit late, and that a browser closes.
 *
 * The test's environment has none. Reads and writes of one transaction see each other; others see it when it is committed,
 * in the order in which transactions were begun, as the standard says of those that touch the same stores.
 */
type Store = Map<string, unknown>
type Range = readonly [from: string, to: string]
const isIn = (key: string, range?: Range): boolean => !range || (range[0] <= key && key <= range[1])
/** What stands in for `IDBKeyRange`. */
export const FakeKeyRange = { bound: (from: string, to: string): Range => [from, to] }
type Listener = (() => void) | null

class FakeRequest {
  result: unknown
  error: unknown = null
  onsuccess: Listener = null
  onerror: Listener = null
}

export class FakeDisk {
  readonly stores = new Map<string, Store>()
  /** How long a commit takes. */
  commit_ms = 0
  /** Opening it fails. */
  isBroken = false
  private last: Promise<void> = Promise.resolve()
  private open_ones: FakeDatabase[] = []

  /** What stands in for `indexedDB`. */
  open(): FakeRequest & { onupgradeneeded: Listener } {
    const opening = Object.assign(new FakeRequest(), { onupgradeneeded: null as Listener })
    const database = new FakeDatabase(this)
    queueMicrotask(() => {
      if (this.isBroken) {
        opening.error = new DOMException('Internal error.', 'UnknownError')
        return opening.onerror?.()
      }
      opening.result = database
      if (!this.stores.size) opening.onupgradeneeded?.()
      this.open_ones.push(database)
      opening.onsuccess?.()
    })
    return opening
  }

  /** The browser drops every connection, as some do when a tab comes back or the store's own process dies. */
  dropConnections(): void {
    for (const one of this.open_ones.splice(0)) one.close()
  }

  /** Deleted from another tab, which every open connection is told of. */
  wipe(): void {
    for (const one of this.open_ones.splice(0)) one.onversionchange?.()
    this.stores.clear()
  }

  next(work: () => Promise<void>): Promise<void> {
    const mine = this.last.then(() => new Promise<void>((done) => setTimeout(() => void work().then(done), this.commit_ms)))
    this.last = mine
    return mine
  }
}

class FakeDatabase {
  isClosed = false
  onversionchange: Listener = null
  private readonly disk: FakeDisk

  constructor(disk: FakeDisk) {
    this.disk = disk
  }

  createObjectStore(name: string): void {
    this.disk.stores.set(name, new Map())
  }

  close(): void {
    this.isClosed = true
  }

  transaction() {
    if (this.isClosed) throw new DOMException('The database connection is closing.', 'InvalidStateError')
    const { disk } = this
    const waiting: { work: (stores: Map<string, Store>) => unknown; request: FakeRequest }[] = []
    const transaction = { oncomplete: null as Listener, onabort: null as Listener, onerror: null as Listener, error: null, objectStore }
    const ask = (work: (stores: Map<string, Store>) => unknown): FakeRequest => {
      const request = new FakeRequest()
      waiting.push({ work, request })
      return request
    }
    function objectStore(name: string) {
      const store = (stores: Map<string, Store>): Store => stores.get(name)!
      return {
        get: (key: string) => ask((stores) => structuredClone(store(stores).get(key))),
        getAll: (range?: Range) => ask((stores) => structuredClone([...store(stores)].filter(([key]) => isIn(key, range)).map(([, value]) => value))),
        getAllKeys: (range?: Range) => ask((stores) => [...store(stores).keys()].filter((key) => isIn(key, range))),
        put: (value: { key?: string }, key?: string) => ask((stores) => store(stores).set(key ?? value.key!, structuredClone(value))),
        delete: (key: string) => ask((stores) => store(stores).delete(key)),
      }
    }
    const run = async (): Promise<void> => {
      // A request that is made in the answer of another belongs to the same transaction.
      while (waiting.length) {
        const { work, request } = waiting.shift()!
        request.result = work(disk.stores)
        request.onsuccess?.()
        await Promise.resolve()
        await Promise.resolve()
        await Promise.resolve()
      }
      transaction.oncomplete?.()
    }
    void disk.next(run)
    return transaction
  }
}
