/**
 * The page's one voice: says how many updates are new, politely and at most every 30 seconds.
 *
 * Every update is counted in exactly one announcement, whatever connections break and come back in between.
 */
export const EVERY_MS = 30_000

export class Announcer {
  #say: (count: number) => void
  #heard = new Set<string>()
  #untold = 0
  #toldAt = -Infinity
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(say: (count: number) => void) {
    this.#say = say
  }

  /** Things that were on the page from the beginning, or that the reader asked for: not news. */
  know(ids: Iterable<string>): void {
    for (const id of ids) this.#heard.add(id)
  }

  news(ids: Iterable<string>): void {
    for (const id of ids) {
      if (this.#heard.has(id)) continue
      this.#heard.add(id)
      this.#untold++
    }
    if (this.#untold && this.#timer === undefined) {
      this.#timer = setTimeout(() => this.#tell(), Math.max(0, this.#toldAt + EVERY_MS - performance.now()))
    }
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  #tell(): void {
    this.#timer = undefined
    this.#toldAt = performance.now()
    this.#say(this.#untold)
    this.#untold = 0
  }
}
