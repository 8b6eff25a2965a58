/**
 * How a short message is laid out for reading: its first sentence as a headline, its links as links. Pure.
 *
 * The twin of app/feeds/texts.py; both run the cases of tests/fixtures/viewer/texts.json.
 */
import type { Texts } from '../shared/wire.ts'

const MOST = 140
const LEAST = 8
const SHORT_FORMS = /(^|[^\p{L}\p{N}_])(dr|dra|dott|prof|mr|mrs|ms|sr|sra|st|ste|no|nº|núm|av|approx|ca|vs|etc|tel)\.$/iu

/** Code points, as Python counts. */
const size = (text: string): number => [...text].length

/** The first sentence, and what follows it; no headline when none is short enough. */
export function headlineAndRest(whole: string): [headline: string, rest: string] {
  const text = whole.trim()
  const line = text.indexOf('\n')
  const first = line < 0 ? '' : text.slice(0, line).trim()
  if (size(first) >= LEAST && size(first) <= MOST) return [first, text.slice(line + 1).trim()]
  for (const end of text.matchAll(/[.!?…]["'”’»)]*(?=\s)/g)) {
    const at = end.index + end[0].length
    const head = text.slice(0, at)
    if (size(head) > MOST) break
    if (size(head) >= LEAST && !SHORT_FORMS.test(head)) return [head, text.slice(at).trim()]
  }
  return size(text) <= MOST ? [text, ''] : ['', text]
}

/** The text as [words, address] in order; the address is '' where the words are only words. */
export function linkPieces(text: string): [words: string, address: string][] {
  const pieces: [string, string][] = []
  let at = 0
  for (const match of text.matchAll(/https?:\/\/[^\s<>"“”«»]+/gi)) {
    const address = match[0].replace(/[.,;:!?…)\]}'’]+$/, '')
    if (match.index > at) pieces.push([text.slice(at, match.index), ''])
    pieces.push([address, address])
    at = match.index + address.length
  }
  if (at < text.length) pieces.push([text.slice(at), ''])
  return pieces
}

/** [language, text] to show: the reader's, else the event's own, else what there is. */
export function chosen(texts: Texts, lang: string, main: string): [lang: string, text: string] {
  for (const wanted of [lang, main, ...Object.keys(texts).sort()]) if (texts[wanted]) return [wanted, texts[wanted]]
  return [main, '']
}

/** The address if a page may link to it, else ''. Only http and https: anything else can be a program. */
export function webAddress(url: string): string {
  return /^https?:\/\/[^\s/]/i.test(url) ? url : ''
}
