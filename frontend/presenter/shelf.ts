/**
 * What this tablet keeps: the outbox, the text being written, and the last that is known of the event.
 *
 * IndexedDB, flushed before a write counts as done. Where the browser forbids it or is full, things are kept in memory
 * and `keeping` says so: the screen tells that they do not survive a reload. Nothing typed is dropped for it.
 */
import { signal } from '@preact/signals'
import { PLACE } from '../shared/forgetting.ts'
import { inOrder, type Entry } from '../shared/outbox.ts'

/** For a store that never opened here; some browsers in private windows neither open nor refuse. */
const OPEN_MS = 3_000
/** For one that has: what is in it may be unsent, so a slow tablet is not taken for one that forbids. */
const REOPEN_MS = 30_000
const OPENED = 'tocsin.opened'
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

function openDatabase(): Promise<IDBDatabase> {
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
      opening.result.onversionchange = () => opening.result.close()
      resolve(opening.result)
    }
  })
}

export class Shelf {
  readonly keeping = signal<Keeping>('kept')
  private readonly database: IDBDatabase | undefined
  /** Entries that are nowhere else. */
  private readonly held = new Map<string, Entry>()
  private readonly held_photos = new Map<string, Blob>()
  private last_seq = 0

  private constructor(database: IDBDatabase | undefined) {
    this.database = database
    if (!database) this.keeping.value = 'blocked'
  }

  /** Never fails: without a store it keeps things in memory. */
  static async open(): Promise<Shelf> {
    try {
      return new Shelf(await openDatabase())
    } catch {
      return new Shelf(undefined)
    }
  }

  /** All entries, also of other events and people: each keeps its place in the tablet's one count. */
  async entries(): Promise<Entry[]> {
    let found: Entry[] = []
    if (this.database) {
      try {
        found = await done(this.database.transaction('entries').objectStore('entries').getAll() as IDBRequest<Entry[]>)
      } catch {
        this.keeping.value = 'blocked'
      }
    }
    const all = new Map(found.map((entry) => [entry.key, entry]))
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
    return made!
  }

  async put(entry: Entry): Promise<void> {
    await this.writing(async (database) => {
      const transaction = database.transaction('entries', 'readwrite', { durability: 'strict' })
      transaction.objectStore('entries').put(entry)
      await committed(transaction)
      this.held.delete(entry.key)
    }, () => this.held.set(entry.key, entry))
  }

  async remove(key: string): Promise<void> {
    this.held.delete(key)
    try {
      if (!this.database) return
      const transaction = this.database.transaction('entries', 'readwrite', { durability: 'strict' })
      transaction.objectStore('entries').delete(key)
      await committed(transaction)
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
      return this.database && (await done(this.database.transaction('kept').objectStore('kept').get(name) as IDBRequest<T | undefined>))
    } catch {
      return undefined
    }
  }

  /** Best effort: what is lost of this is only comfort. */
  async write(name: string, value: unknown): Promise<void> {
    try {
      if (!this.database) return
      const transaction = this.database.transaction('kept', 'readwrite')
      if (value === undefined) transaction.objectStore('kept').delete(name)
      else transaction.objectStore('kept').put(value, name)
      await committed(transaction)
    } catch {
      /* full or forbidden */
    }
  }

  /** A picture under its own id, on disk before this is done. False: it is only in memory. */
  async keepPhoto(id: string, picture: Blob): Promise<boolean> {
    this.held_photos.set(id, picture)
    try {
      if (!this.database) return false
      // Bytes, since not every browser keeps a Blob's file as surely as the entry that points at it.
      const bytes = await picture.arrayBuffer()
      const transaction = this.database.transaction('kept', 'readwrite', { durability: 'strict' })
      transaction.objectStore('kept').put({ type: picture.type, bytes }, PHOTO + id)
      await committed(transaction)
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

  /** A patient's picture that no entry and no draft points at is not left lying about. */
  async sweepPhotos(): Promise<void> {
    try {
      if (!this.database) return
      const transaction = this.database.transaction(['entries', 'kept'], 'readwrite')
      const kept = transaction.objectStore('kept')
      const entries = (await done(transaction.objectStore('entries').getAll())) as Entry[]
      const drafts = (await done(kept.getAll(IDBKeyRange.bound(DRAFT, `${DRAFT}\uffff`)))) as Pick<Entry, 'photo'>[]
      const wanted = new Set([...entries, ...drafts, ...this.held.values()].map((one) => one?.photo?.id))
      const names = (await done(kept.getAllKeys(IDBKeyRange.bound(PHOTO, `${PHOTO}\uffff`)))) as string[]
      for (const name of names) if (!wanted.has(name.slice(PHOTO.length))) kept.delete(name)
      await committed(transaction)
    } catch {
      /* the next start tries again */
    }
  }

  private async writing(work: (database: IDBDatabase) => Promise<void>, otherwise: () => void): Promise<void> {
    try {
      if (!this.database) throw new DOMException('no store', 'InvalidStateError')
      await work(this.database)
      if (!this.held.size) this.keeping.value = 'kept'
    } catch (error) {
      otherwise()
      this.keeping.value = (error as Partial<DOMException> | null)?.name === 'QuotaExceededError' ? 'full' : 'blocked'
    }
  }
}
