/**
 * The client's own ids of commands that were not answered yet.
 *
 * A key is written down before the first attempt and kept until an answer comes, so that a reload, or a second press
 * after a lost answer, repeats the command and never makes a second one (G2).
 */
export interface Kept<T> {
  key: string
  body: T
  composed_at: string
}

export class KeyBook<T> {
  private readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  private readonly name: string
  private readonly newKey: () => string

  constructor(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>, name: string, newKey: () => string) {
    this.storage = storage
    this.name = name
    this.newKey = newKey
  }

  all(): Kept<T>[] {
    try {
      const found: unknown = JSON.parse(this.storage.getItem(this.name) ?? '[]')
      return Array.isArray(found) ? (found as Kept<T>[]) : []
    } catch {
      return []
    }
  }

  /** The entry of this very command if it is still open, else a new one, written down. */
  open(body: T, composed_at: string): Kept<T> {
    const same = this.all().find((kept) => JSON.stringify(kept.body) === JSON.stringify(body))
    if (same) return same
    const kept = { key: this.newKey(), body, composed_at }
    this.write([...this.all(), kept])
    return kept
  }

  /** Answered, well or badly: the server knows this key. */
  close(key: string): void {
    this.write(this.all().filter((kept) => kept.key !== key))
  }

  private write(entries: Kept<T>[]): void {
    // Storage may be full or forbidden; the command is then still sent, only a reload would forget its key.
    try {
      if (entries.length) this.storage.setItem(this.name, JSON.stringify(entries))
      else this.storage.removeItem(this.name)
    } catch {
      /* see above */
    }
  }
}

/** A new id. Plain http on a hospital network is no secure context, where `randomUUID` does not exist. */
export function newKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
