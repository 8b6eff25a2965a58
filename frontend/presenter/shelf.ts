/**
 * What this tablet keeps: the outbox, the text being written, and the last that is known of the event.
 *
 * IndexedDB, flushed before a write counts as done. Where the browser forbids it or is full, things are kept in memory
 * and `keeping` says so: the screen tells that they do not survive a reload. Nothing typed is dropped for it. Browsers
 * also close a store that was open, as when its process dies or a tab sleeps for long: then it is opened again.
 */
import { signal } from '@preact/signals'
import { PLACE } from '../shared/forgetting.ts'
import { inOrder, type Entry } from '../shared/outbox.ts'

/** For a store that never opened here; some browsers in private windows neither open nor refuse. */
const OPEN_MS = 3_000
/** For one that has: what is in it may be unsent, so a slow tablet is not taken for one that forbids. */
const REOPEN_MS = 30_000
const OPENED = 'tocsin.opened'
/** A store that did not open again is let be for so long: nobody waits for it at every key. */
const AGAIN_MS = 5_000
const PHOTO = 'photo '
/** Of an event: what is being written. */
export const DRAFT = 'draft '

export type Keeping = 'kept' | 'blocked' | 'full'

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

/** When all of it is on disk, not when it was said. */
function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error ?? new DOMException('aborted', 'AbortError'))
    transaction.onerror = () => reject(transaction.error)
  })
}

function hasOpened(): boolean {
  try {
    return localStorage.getItem(OPENED) !== null
  } catch {
    return false
  }
}

function rememberOpened(): void {
  try {
    localStorage.setItem(OPENED, '1')
  } catch {
    /* the next start is as patient as the first */
  }
}

/** Whether the connection is at fault, and a new one may do. */
const isLost = (error: unknown): boolean =>
  ['InvalidStateError', 'UnknownError', 'AbortError'].includes((error as Partial<DOMException> | null)?.name ?? '')

/**
 * Args:
 *   wiped: Called when another tab deletes the store.
 */
function openDatabase(wiped: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const patience = setTimeout(() => reject(new DOMException('no answer', 'TimeoutError')), hasOpened() ? REOPEN_MS : OPEN_MS)
    const opening = indexedDB.open(PLACE, 1)
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore('entries', { keyPath: 'key' })
      opening.result.createObjectStore('kept')
    }
    opening.onerror = () => (clearTimeout(patience), reject(opening.error))
    opening.onblocked = () => (clearTimeout(patience), reject(new DOMException('in use', 'AbortError')))
    opening.onsuccess = () => {
      clearTimeout(patience)
      rememberOpened()
      // Another tab wipes the tablet: do not stand in its way.
      opening.result.onversionchange = () => (wiped(), opening.result.close())
      resolve(opening.result)
    }
  })
}

export class Shelf {
  readonly keeping = signal<Keeping>('kept')
  private database: IDBDatabase | undefined
  private opening: Promise<IDBDatabase> | undefined
  /** Forbidden, or wiped: opening it anew would only make it again. */
  private closed = false
  private reopen_at_ms = -Infinity
  /** As last read, for when it cannot be read: what waits does not vanish from the screen for that. */
  private seen: readonly Entry[] = []
  /** Entries that are nowhere else. */
  private readonly held = new Map<string, Entry>()
  private readonly held_photos = new Map<string, Blob>()
  private last_seq = 0

  /** Never fails: without a store it keeps things in memory. */
  static async open(): Promise<Shelf> {
    const shelf = new Shelf()
    try {
      await shelf.connect()
    } catch {
      shelf.closed = true
      shelf.keeping.value = 'blocked'
    }
    return shelf
  }

  private connect(): Promise<IDBDatabase> {
    if (this.closed || performance.now() < this.reopen_at_ms) return Promise.reject(new DOMException('no store', 'InvalidStateError'))
    this.opening ??= openDatabase(() => (this.closed = true)).then(
      (database) => {
        this.opening = undefined
        return (this.database = database)
      },
      (error: unknown) => {
        this.opening = undefined
        this.reopen_at_ms = performance.now() + AGAIN_MS
        throw error
      },
    )
    return this.opening
  }

  /** Do it in the store; once more in a new connection where the one at hand turns out to be dead. */
  private async using<T>(work: (database: IDBDatabase) => Promise<T>): Promise<T> {
    const database = this.database ?? (await this.connect())
    try {
      return await work(database)
    } catch (error) {
      if (!isLost(error)) throw error
      if (this.database === database) this.database = undefined
      return await work(this.database ?? (await this.connect()))
    }
  }

  /** All entries, also of other events and people: each keeps its place in the tablet's one count. */
  async entries(): Promise<Entry[]> {
    try {
      this.seen = await this.using((database) => done(database.transaction('entries').objectStore('entries').getAll() as IDBRequest<Entry[]>))
    } catch {
      this.keeping.value = 'blocked'
    }
    const all = new Map(this.seen.map((entry) => [entry.key, entry]))
    for (const entry of this.held.values()) all.set(entry.key, entry)
    return inOrder([...all.values()])
  }

  /**
   * Write a new entry with the next number of this tablet; number and entry in one transaction.
   *
   * Args:
   *   draft: Where the same text was kept while it was written. It goes in that transaction too: however the tablet
   *     dies, the text is either in the outbox or back in the editor, and not in both, to be sent a second time.
   */
  async add(entry: Omit<Entry, 'seq'>, draft?: string): Promise<Entry> {
    let made: Entry | undefined
    await this.writing(async (database) => {
      const transaction = database.transaction(['entries', 'kept'], 'readwrite', { durability: 'strict' })
      const kept = transaction.objectStore('kept')
      const seq = Math.max(((await done(kept.get('seq'))) as number | undefined) ?? 0, this.last_seq) + 1
      kept.put(seq, 'seq')
      if (draft !== undefined) kept.delete(draft)
      made = { ...entry, seq }
      transaction.objectStore('entries').put(made)
      await committed(transaction)
    }, () => this.held.set(entry.key, (made = { ...entry, seq: made?.seq ?? this.last_seq + 1 })))
    this.last_seq = Math.max(this.last_seq, made!.seq)
    this.saw(made!)
    return made!
  }

  async put(entry: Entry): Promise<void> {
    await this.writing(async (database) => {
      const transaction = database.transaction('entries', 'readwrite', { durability: 'strict' })
      transaction.objectStore('entries').put(entry)
      await committed(transaction)
      this.held.delete(entry.key)
    }, () => this.held.set(entry.key, entry))
    this.saw(entry)
  }

  private saw(entry: Entry): void {
    this.seen = [...this.seen.filter((one) => one.key !== entry.key), entry]
  }

  async remove(key: string): Promise<void> {
    this.held.delete(key)
    this.seen = this.seen.filter((entry) => entry.key !== key)
    try {
      await this.using((database) => {
        const transaction = database.transaction('entries', 'readwrite', { durability: 'strict' })
        transaction.objectStore('entries').delete(key)
        return committed(transaction)
      })
    } catch {
      // It may come back with a reload, and goes out as the same update: its key is the same.
    }
    if (this.keeping.peek() === 'full' && !this.held.size) this.keeping.value = 'kept'
  }

  /** What another tab holds in memory alone. */
  adopt(entry: Entry): void {
    this.held.set(entry.key, entry)
    this.last_seq = Math.max(this.last_seq, entry.seq)
  }

  isHeld(key: string): boolean {
    return this.held.has(key)
  }

  async read<T>(name: string): Promise<T | undefined> {
    try {
      return await this.using((database) => done(database.transaction('kept').objectStore('kept').get(name) as IDBRequest<T | undefined>))
    } catch {
      return undefined
    }
  }

  /** Best effort: what is lost of this is only comfort. */
  async write(name: string, value: unknown): Promise<void> {
    try {
      await this.using((database) => {
        const transaction = database.transaction('kept', 'readwrite')
        if (value === undefined) transaction.objectStore('kept').delete(name)
        else transaction.objectStore('kept').put(value, name)
        return committed(transaction)
      })
    } catch {
      /* full or forbidden */
    }
  }

  /** A picture under its own id, on disk before this is done. False: it is only in memory. */
  async keepPhoto(id: string, picture: Blob): Promise<boolean> {
    this.held_photos.set(id, picture)
    try {
      // Bytes, since not every browser keeps a Blob's file as surely as the entry that points at it.
      const bytes = await picture.arrayBuffer()
      await this.using((database) => {
        const transaction = database.transaction('kept', 'readwrite', { durability: 'strict' })
        transaction.objectStore('kept').put({ type: picture.type, bytes }, PHOTO + id)
        return committed(transaction)
      })
      this.held_photos.delete(id)
      return true
    } catch {
      return false
    }
  }

  async photo(id: string): Promise<Blob | undefined> {
    const held = this.held_photos.get(id)
    if (held) return held
    const kept = await this.read<{ type: string; bytes: ArrayBuffer }>(PHOTO + id)
    return kept && new Blob([kept.bytes], { type: kept.type })
  }

  async dropPhoto(id: string): Promise<void> {
    this.held_photos.delete(id)
    await this.write(PHOTO + id, undefined)
  }

  /**
   * A patient's picture that no entry and no draft points at is not left lying about.
   *
   * Args:
   *   open: The photo of what is being written, of which this shelf may not have heard yet.
   */
  async sweepPhotos(open?: string): Promise<void> {
    try {
      await this.using(async (database) => {
        const transaction = database.transaction(['entries', 'kept'], 'readwrite')
        const kept = transaction.objectStore('kept')
        const entries = (await done(transaction.objectStore('entries').getAll())) as Entry[]
        const drafts = (await done(kept.getAll(IDBKeyRange.bound(DRAFT, `${DRAFT}\uffff`)))) as Pick<Entry, 'photo'>[]
        const wanted = new Set([open, ...[...entries, ...drafts, ...this.held.values()].map((one) => one?.photo?.id)])
        const names = (await done(kept.getAllKeys(IDBKeyRange.bound(PHOTO, `${PHOTO}\uffff`)))) as string[]
        for (const name of names) if (!wanted.has(name.slice(PHOTO.length))) kept.delete(name)
        await committed(transaction)
      })
    } catch {
      /* the next start tries again */
    }
  }

  private async writing(work: (database: IDBDatabase) => Promise<void>, otherwise: () => void): Promise<void> {
    try {
      await this.using(work)
      await this.keepHeld()
      if (!this.held.size) this.keeping.value = 'kept'
    } catch (error) {
      otherwise()
      this.keeping.value = (error as Partial<DOMException> | null)?.name === 'QuotaExceededError' ? 'full' : 'blocked'
    }
  }

  /** The store takes something again: what is only in memory goes with it. */
  private async keepHeld(): Promise<void> {
    const held = [...this.held.values()]
    if (!held.length) return
    await this.using((database) => {
      const transaction = database.transaction('entries', 'readwrite', { durability: 'strict' })
      for (const entry of held) transaction.objectStore('entries').put(entry)
      return committed(transaction)
    }).then(
      () => held.forEach((entry) => this.held.get(entry.key) === entry && this.held.delete(entry.key)),
      () => undefined, // still too full for these: they stay where they are, and the screen says so
    )
  }
}
