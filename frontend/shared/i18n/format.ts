/** Fill a compiled message. The whole of ICU that travels to the browser. */
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
