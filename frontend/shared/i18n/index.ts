/**
 * The words of the staff screens in the person's language.
 *
 * `t('count.undo')` reads from the catalogue loaded by `useLanguage`; English is always there. Pages with a size
 * budget import `virtual:messages/en/<prefixes>` and `format` instead.
 */
import { en, others } from 'virtual:messages'
import type { Message } from '../../compile/icu.ts'
import { format, type Values, valuesOf } from './format.ts'

export type Key = Exclude<keyof typeof import('../../i18n/en.json'), `_${string}`>

let catalogue: Record<string, Message> = en
let current = 'en'

/** Load a language, once, before anything is drawn. One that does not exist leaves English. */
export async function useLanguage(lang: string): Promise<void> {
  const load = others[lang]
  if (lang !== 'en' && !load) return
  catalogue = load ? (await load()).default : en
  current = lang
}

export function language(): string {
  return current
}

export function t(key: Key, values: Values = {}): string {
  const message = catalogue[key] ?? en[key]
  return message === undefined ? key : format(message, values, current)
}

/** Whether the catalogue has this key; for keys that end in a code from the server. */
export function has(key: string): key is Key {
  return key in catalogue || key in en
}

/** The sentence of a code that the server may have learned since this page was built, or the fallback. */
export function tCode(prefix: string, code: string, fallback: string, values: Values = {}): string {
  const key = `${prefix}.${code}`
  return has(key) ? t(key, values) : fallback
}

/** What a sentence of the server is in the person's language; `lang` where it stays as the server wrote it. */
export interface Sentence {
  words: string
  lang: 'en' | undefined
}

/** The keys of a code: its own, and `code.anything` for each further sentence of it. */
const families = new Map<string, readonly string[]>()
function familyOf(prefix: string): readonly string[] {
  let found = families.get(prefix)
  if (!found) families.set(prefix, (found = Object.keys(en).filter((key) => key === prefix || key.startsWith(`${prefix}.`))))
  return found
}

/** Words of the server inside a sentence of the server, by the name of their place: roles, and what the guard saw. */
const WITHIN: Readonly<Record<string, string>> = { roles: 'role', reason: 'phi.is' }
const alike = (words: string): string => words.replaceAll('’', "'").toLowerCase()

function within(name: string, value: string): string | undefined {
  const words = (said: string) => {
    const key = familyOf(WITHIN[name]!).find((one) => typeof en[one] === 'string' && alike(en[one]) === alike(said))
    return key && t(key as Key)
  }
  if (name !== 'roles') return words(value)
  const roles = value.split(', ').map(words)
  return roles.includes(undefined) ? undefined : roles.join(', ').toLocaleLowerCase(current)
}

/** A sentence of the server by one key; undefined where it is not that key's. */
function saidBy(key: string, sentence: string, alone: boolean): string | undefined {
  const values = valuesOf(en[key]!, sentence)
  // Among several sentences an open place takes no second one, unless it is there to say why.
  if (alone && values && Object.entries(values).some(([name, value]) => name !== 'why' && value.includes('. '))) return undefined
  // "Until later" is no time, and no other language takes it where a time stands.
  if (!values || values['until'] === 'later' || values['expires'] === 'later') return undefined
  if (values['words'] === en['reason.unsaid']) values['words'] = t('reason.unsaid')
  if (values['field'] === en['reason.whole']) values['field'] = t('reason.whole')
  for (const name of Object.keys(values).filter((one) => one in WITHIN)) {
    const found = within(name, values[name]!)
    if (found === undefined) return undefined
    values[name] = found
  }
  return t(key as Key, values)
}

function saidByAny(prefixes: readonly string[], sentence: string, alone = false): string | undefined {
  for (const key of prefixes.flatMap(familyOf)) {
    const words = saidBy(key, sentence, alone)
    if (words !== undefined) return words
  }
  return undefined
}

const known = (sentence: string, words: string | undefined): Sentence => (words === undefined ? { words: sentence, lang: 'en' } : { words, lang: undefined })

/**
 * The server stores a code and the sentence an English desk reads. The translation stands under the code, and under
 * `code.anything` where the code has several; the names, times and figures in it are read out of the English sentence.
 * One that does not fit came from another version.
 */
export function tSentence(prefix: string, code: string, sentence: string): Sentence {
  if (current === 'en' || !sentence) return { words: sentence, lang: undefined }
  return known(sentence, saidByAny([`${prefix}.${code}`], sentence))
}

/** What the server refused with. What is wrong with a consent is said by its page as well, in words of its own. */
export function tRefusal(code: string, sentence: string): Sentence {
  if (current === 'en' || !sentence) return { words: sentence, lang: undefined }
  const prefixes = [`refusal.${code.startsWith('http_') ? 'http' : code}`, ...(code.startsWith('consent_') ? ['consent.why'] : [])]
  return known(sentence, saidByAny(prefixes, sentence))
}

/** Sentences that come one after another and without a code, as a probe says them: all in the person's language, or none. */
export function tSentences(prefixes: readonly string[], text: string): Sentence {
  if (current === 'en' || !text) return { words: text, lang: undefined }
  const words = (rest: string): string | undefined => {
    for (let end = rest.indexOf('. '); end >= 0; end = rest.indexOf('. ', end + 1)) {
      const head = saidByAny(prefixes, rest.slice(0, end + 1), true)
      const tail = head === undefined ? undefined : words(rest.slice(end + 2))
      if (tail !== undefined) return `${head} ${tail}`
    }
    return saidByAny(prefixes, rest, true)
  }
  return known(text, words(text))
}
