/** Fill a compiled message, or read back what one was filled with. The whole of ICU that travels to the browser. */
import type { Message, Piece } from '../../compile/icu.ts'

export type Values = Readonly<Record<string, string | number>>

export function format(message: Message, values: Values, lang: string): string {
  const rules = new Intl.PluralRules(lang)
  const numbers = new Intl.NumberFormat(lang)

  function say(value: string | number | undefined): string {
    return typeof value === 'number' ? numbers.format(value) : (value ?? '')
  }
  function fill(inner: Message, around: number | undefined): string {
    return typeof inner === 'string' ? inner : inner.map((piece) => part(piece, around)).join('')
  }
  function part(piece: Piece, around: number | undefined): string {
    if (typeof piece === 'string') return piece
    if (piece.length === 1) return piece[0] === 0 ? say(around) : say(values[piece[0]])
    const [name, kind, cases] = piece
    const value = values[name]
    if (kind === 'select') return fill(cases[String(value)] ?? cases['other']!, around)
    const n = Number(value)
    return fill(cases[`=${n}`] ?? cases[rules.select(n)] ?? cases['other']!, n)
  }
  return fill(message, undefined)
}

/**
 * The values a sentence was made of, read back by its message; nothing where it is another sentence. Only for messages
 * of plain arguments.
 */
export function valuesOf(message: Message, sentence: string): Record<string, string> | undefined {
  const names: string[] = []
  let shape = ''
  for (const piece of typeof message === 'string' ? [message] : message) {
    if (typeof piece === 'string') {
      shape += piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    } else if (piece.length === 1 && piece[0] !== 0) {
      const before = names.indexOf(piece[0])
      shape += before < 0 ? '(.+)' : `\\${before + 1}`
      if (before < 0) names.push(piece[0])
    } else {
      return undefined
    }
  }
  const found = new RegExp(`^${shape}$`, 's').exec(sentence)
  return found ? Object.fromEntries(names.map((name, n) => [name, found[n + 1]!])) : undefined
}
