/**
 * Cutting a long text into the numbered posts of a thread, as `app/channels/measure/split.py` will cut it: for the
 * preview. A part ends at a paragraph or a sentence if that leaves it at least half full, else between words, and
 * inside a word only when the word alone is too long. A link and a character are never cut.
 */

import { extractLinks } from './measure.ts'

const WORD_START = /[\s\x1c-\x1f\x85]+(?=[^\s\x1c-\x1f\x85])/g
const ADDRESS = /[^\s]+:\/\/[^\s]+/g
const SENTENCE_END = /[.!?…]+["'”’»)\]]*$|[。！？｡][」』）”’]*$|:$/
const PARAGRAPH = /\n\s*$/
const IDEOGRAPH =
  '\\u2e80-\\u2fff\\u3005-\\u3007\\u3041-\\u30ff\\u31f0-\\u31ff\\u3400-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}'
const SMALL_KANA = '\\u3041\\u3043\\u3045\\u3047\\u3049\\u3063\\u3083\\u3085\\u3087\\u30fc'
const BREAK_AFTER = new RegExp(`(?<=[${IDEOGRAPH}、。」』）！？，．：；])(?=[${IDEOGRAPH}「『（])(?![${SMALL_KANA}])`, 'gu')
const ABBREVIATIONS = new Set(
  'dr mr mrs ms prof st nr vs approx dept e.g i.e sr sra dra dott sig mme mlle pt'.split(' '),
)

/** A link, or a single character, is too long for a part of its own. */
export class WordTooLong extends Error {}

/** One string per post, in order; numbered only when there is more than one. `measure` is the channel's own count. */
export function split(given: string, maxWeight: number, measure: (text: string) => number): string[] {
  const text = given.normalize('NFC').trim()
  if (!text) return []
  if (measure(text) <= maxWeight) return [text]
  const cutter = new Cutter(text, maxWeight, measure)
  let total = 2
  let parts = cutter.cut(total)
  while (parts.length > total) {
    total = parts.length
    parts = cutter.cut(total)
  }
  return parts.map((part, index) => part + numbered(index + 1, parts.length))
}

function numbered(n: number, total: number): string {
  return ` (${n}/${total})`
}

class Cutter {
  private readonly text: string
  private readonly maxWeight: number
  private readonly measure: (text: string) => number
  private readonly anywhere: number[]
  private readonly words: number[]
  private readonly pauses: number[]

  constructor(text: string, maxWeight: number, measure: (text: string) => number) {
    this.text = text
    this.maxWeight = maxWeight
    this.measure = measure
    const whole = extractLinks(text).map((link) => [link.start, link.end] as const)
    for (const found of text.matchAll(ADDRESS)) whole.push([found.index, found.index + found[0].length])
    const allowed = new Set(graphemeBorders(text))
    for (const [start, end] of whole) for (let index = start + 1; index < end; index += 1) allowed.delete(index)
    const words = new Set<number>()
    for (const found of text.matchAll(WORD_START)) words.add(found.index + found[0].length)
    for (const found of text.matchAll(BREAK_AFTER)) words.add(found.index)
    this.anywhere = [...allowed].sort((a, b) => a - b)
    this.words = this.anywhere.filter((index) => words.has(index) && !this.followsAbbreviation(index))
    this.pauses = this.words.filter((index) => this.isPause(index))
  }

  cut(total: number): string[] {
    const parts: string[] = []
    let at = 0
    while (at < this.text.length) {
      const end = this.end(at, numbered(parts.length + 1, total))
      parts.push(this.text.slice(at, end).trimEnd())
      at = end
      while (at < this.text.length && /\s/.test(this.text.charAt(at))) at += 1
    }
    return parts
  }

  private end(at: number, number: string): number {
    if (this.fits(at, this.text.length, number)) return this.text.length
    const lastWord = this.lastFitting(this.words, at, number)
    if (lastWord < 0) {
      const last = this.lastFitting(this.anywhere, at, number)
      if (last < 0) throw new WordTooLong()
      return last
    }
    const pause = this.pauses.findLast((index) => index <= lastWord) ?? -1
    return pause > at && this.points(at, pause) >= this.points(at, lastWord) / 2 ? pause : lastWord
  }

  /** Half full is judged in code points, as on the server. */
  private points(start: number, end: number): number {
    return Array.from(this.text.slice(start, end)).length
  }

  private lastFitting(places: number[], at: number, number: string): number {
    const after = places.findIndex((place) => place > at)
    const first = after < 0 ? places.length : after
    let [low, high] = [first, places.length]
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if (this.fits(at, places[middle] ?? at, number)) low = middle + 1
      else high = middle
    }
    for (let index = low - 1; index >= first; index -= 1) {
      const place = places[index] ?? at
      if (this.fits(at, place, number)) return place
    }
    return -1
  }

  private fits(start: number, end: number, number: string): boolean {
    const part = this.text.slice(start, end).trimEnd()
    return part !== '' && this.measure(part + number) <= this.maxWeight
  }

  private isPause(index: number): boolean {
    const before = this.text.slice(Math.max(0, index - 24), index)
    if (PARAGRAPH.test(before)) return true
    const here = String.fromCodePoint(this.text.codePointAt(index) ?? 0)
    return SENTENCE_END.test(before.trimEnd()) && !/^\p{Ll}/u.test(here)
  }

  private followsAbbreviation(index: number): boolean {
    const last = this.text.slice(Math.max(0, index - 24), index).trimEnd().split(/\s+/).at(-1) ?? ''
    if (!last.endsWith('.')) return false
    const word = last.replace(/^[(.]+|[(.]+$/g, '').toLowerCase()
    return ABBREVIATIONS.has(word) || /^\p{L}$/u.test(word)
  }
}

/** Every index, the end included, in front of which a new character begins for the reader. */
export function graphemeBorders(text: string): number[] {
  const borders: number[] = []
  let before = ''
  let flags = 0
  let index = 0
  for (const here of text) {
    flags = isIndicator(before) ? flags + 1 : 0
    if (index > 0 && !sticks(before, here, flags)) borders.push(index)
    before = here
    index += here.length
  }
  if (text) borders.push(text.length)
  return borders
}

function sticks(before: string, here: string, flags: number): boolean {
  if (before === '\r' && here === '\n') return true
  if (/^[\u200c\u200d\u{1f3fb}-\u{1f3ff}\u{e0020}-\u{e007f}\p{M}]$/u.test(here) || before === '\u200d') return here >= '\u0300'
  if (isIndicator(here)) return flags % 2 === 1
  return /^[\u1100-\u11ff\uac00-\ud7a3]$/.test(before) && /^[\u1160-\u11ff]$/.test(here)
}

function isIndicator(char: string): boolean {
  return /^[\u{1f1e6}-\u{1f1ff}]$/u.test(char)
}
