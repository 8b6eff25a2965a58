/**
 * ICU messages, compiled when the pages are built, so that no parser travels to the browser.
 *
 * What is understood is what our catalogues use: `{name}`, `{n, plural, =0 {…} one {…} other {…}}`,
 * `{word, select, a {…} other {…}}`, `#` inside a plural, and apostrophe quoting of braces.
 */

/** A compiled message: plain text, or pieces. */
export type Message = string | readonly Piece[]
/** Text; an argument; `[0]` is the number of the plural around it; or a choice between messages. */
export type Piece =
  | string
  | readonly [name: string | 0]
  | readonly [name: string, kind: 'plural' | 'select', cases: Readonly<Record<string, Message>>]

export class MessageError extends Error {}

/** Compile one message. Throws MessageError on anything it does not understand. */
export function compile(source: string): Message {
  let at = 0

  function fail(why: string): never {
    throw new MessageError(`${why} at ${at} of "${source}"`)
  }
  function blank(): void {
    while (/\s/.test(source[at] ?? '')) at++
  }
  function word(): string {
    blank()
    const found = /^[=\w-]+/.exec(source.slice(at))?.[0]
    if (!found) fail('a name is missing')
    at += found.length
    blank()
    return found
  }
  function expect(char: string): void {
    if (source[at] !== char) fail(`"${char}" is missing`)
    at++
  }
  function pieces(inPlural: boolean, nested: boolean): Message {
    const out: Piece[] = []
    let text = ''
    const flush = () => {
      if (text) out.push(text)
      text = ''
    }
    while (at < source.length && !(nested && source[at] === '}')) {
      const char = source[at]!
      if (char === "'" && /['{}#]/.test(source[at + 1] ?? '')) {
        if (source[at + 1] === "'") {
          text += "'"
          at += 2
        } else {
          const end = source.indexOf("'", at + 1)
          if (end < 0) fail('a quote is not closed')
          text += source.slice(at + 1, end)
          at = end + 1
        }
      } else if (char === '{') {
        flush()
        out.push(argument(inPlural))
      } else if (char === '}') {
        fail('a brace too many')
      } else if (char === '#' && inPlural) {
        flush()
        out.push([0])
        at++
      } else {
        text += char
        at++
      }
    }
    flush()
    if (out.length === 0) return ''
    return out.length === 1 && typeof out[0] === 'string' ? out[0] : out
  }
  function argument(inPlural: boolean): Piece {
    expect('{')
    const name = word()
    if (source[at] === '}') {
      at++
      return [name]
    }
    expect(',')
    const kind = word()
    if (kind !== 'plural' && kind !== 'select') fail(`"${kind}" is not understood`)
    expect(',')
    blank()
    const cases: Record<string, Message> = {}
    while (source[at] !== '}') {
      if (at >= source.length) fail('a brace is missing')
      const key = word()
      expect('{')
      cases[key] = pieces(kind === 'plural' || inPlural, true)
      expect('}')
      blank()
    }
    at++
    if (!('other' in cases)) fail(`"other" is missing for {${name}}`)
    return [name, kind, cases]
  }
  return pieces(false, false)
}

/** The arguments a message takes, for the check that a translation takes the same ones. */
export function argumentsOf(message: Message, found = new Set<string>()): Set<string> {
  if (typeof message === 'string') return found
  for (const piece of message) {
    if (typeof piece === 'string' || piece[0] === 0) continue
    found.add(piece[0] as string)
    if (piece.length === 3) for (const inner of Object.values(piece[2])) argumentsOf(inner, found)
  }
  return found
}
