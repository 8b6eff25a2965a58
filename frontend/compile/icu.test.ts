import { describe, expect, it } from 'vitest'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { argumentsOf, compile, MessageError } from './icu.ts'
import { compileCatalogue, readCatalogue } from './messages.ts'
import { format, valuesOf } from '../shared/i18n/format.ts'

const folder = join(import.meta.dirname, '../i18n')
const say = (text: string, values = {}, lang = 'en') => format(compile(text), values, lang)

describe('messages', () => {
  it('fill arguments, and leave apostrophes alone', () => {
    expect(say('{channel} asks us to wait until {time}.', { channel: 'X', time: '15:20' })).toBe('X asks us to wait until 15:20.')
    expect(say("The page's own '{brace}'")).toBe("The page's own {brace}")
  })

  it('choose the plural of the language, and an exact number first', () => {
    const text = '{n, plural, =0 {none} one {# update} other {# updates}}'
    expect([0, 1, 2].map((n) => say(text, { n }))).toEqual(['none', '1 update', '2 updates'])
    expect(say('{n, plural, one {# avís} other {# avisos}}', { n: 1200 }, 'ca')).toBe('1.200 avisos')
  })

  it('nest a select in a plural and keep its number', () => {
    const text = '{n, plural, one {{who, select, me {My # post} other {# post}}} other {# posts}}'
    expect(say(text, { n: 1, who: 'me' })).toBe('My 1 post')
  })

  it('are read back out of the sentence they made, also where a name looks like a pattern or stands twice', () => {
    const text = compile('{channel} did not answer {done} times; {channel} is tried at {until}.')
    const values = { channel: 'X (a.*b)', done: '3', until: '15:20' }
    expect(valuesOf(text, format(text, values, 'en'))).toEqual(values)
    expect(valuesOf(text, 'X did not answer 3 times; Y is tried at 15:20.')).toBeUndefined()
    expect(valuesOf(text, 'Something else.')).toBeUndefined()
    expect(valuesOf('It goes out by itself.', 'It goes out by itself.')).toEqual({})
    expect(valuesOf(compile('{n, plural, one {#} other {#}}'), '1')).toBeUndefined()
  })

  it.each(['{n, plural, one {#}}', '{n', 'a } b', '{n, date, short}'])('refuse %s with the place', (text) => {
    expect(() => compile(text)).toThrow(MessageError)
  })

  it('never let a line of French begin with a mark', () => {
    const french = compileCatalogue(folder, 'fr')
    expect(format(french['stopped.says']!, { text: 'Oui' }, 'fr')).toBe('La page publique dit\u00a0: «\u00a0Oui\u00a0»')
    expect(JSON.stringify(french)).not.toMatch(/ [:;!?»]|« /)
  })

  // The public is spoken to as several; whoever works here as one, and always in the same way. A Catalan button says tu.
  it.each([
    ['it', /\b([Aa]vete|vostr[aeio]|[Ss]iete|[Pp]otete|[Ss]cegliete|[Ii]nviate (?:o|solo))\b/],
    ['es', /(?<!\p{L})(tú|tus?|tuy[ao]s?|te|puedes|tienes|Elige|Recarga|Pide|Mira|Vuelve a intentarlo)(?!\p{L})/u],
    ['ca', /(?<!\p{L})(el teu|la teva|pots|tens|(?<=[.;] )(?:Tria|Demana|Torna|torna))(?!\p{L})/u],
    ['fr', /(?<!\p{L})(tu|ton|tes|toi|peux)(?!\p{L})/u],
  ])('speak to whoever works here in one way: %s', (lang, other) => {
    const words = JSON.parse(readFileSync(`${folder}/${lang}.json`, 'utf8')) as Record<string, string>
    const told = Object.entries(words).filter(([key]) => /^(refusal|seen|then|trouble|photo|outbox|held|phi|send|known|drill|page)\b/.test(key))
    expect(told.filter(([, text]) => other.test(text))).toEqual([])
  })

  it('compile in every catalogue, and every translation takes the same arguments as the English', () => {
    const english = compileCatalogue(folder, 'en')
    for (const lang of readdirSync(folder).map((file) => file.replace('.json', ''))) {
      for (const [key, text] of Object.entries(readCatalogue(folder, lang))) {
        const given = argumentsOf(english[key] ?? '')
        // What a refusal fills in may be an English word of the server's; a translation may do without it.
        if (key.startsWith('refusal.')) expect([...argumentsOf(compile(text))].filter((name) => !given.has(name)), `${lang} ${key}`).toEqual([])
        else expect(argumentsOf(compile(text)), `${lang} ${key}`).toEqual(given)
      }
    }
  })
})
