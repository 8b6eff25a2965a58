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

/**
 * The server stores a code and the sentence an English desk reads. The translation stands under the code; the names,
 * times and figures in it are read out of the English sentence. One that does not fit came from another version.
 */
export function tSentence(prefix: string, code: string, sentence: string): Sentence {
  if (current === 'en' || !sentence) return { words: sentence, lang: undefined }
  const key = `${prefix}.${code}`
  const values = has(key) && key in en ? valuesOf(en[key]!, sentence) : undefined
  // "Until later" is no time, and no other language takes it where a time stands.
  if (!values || values['until'] === 'later' || values['expires'] === 'later') return { words: sentence, lang: 'en' }
  if (values['words'] === en['reason.unsaid']) values['words'] = t('reason.unsaid')
  return { words: t(key as Key, values), lang: undefined }
}
