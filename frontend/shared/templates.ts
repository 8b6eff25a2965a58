/** Templates: forms with blanks, from which every length, the correction and the all clear are made on the server. */
import { get, post } from './api.ts'
import type { Draft } from './draft.ts'
import type { Texts } from './wire.ts'

export interface Slot {
  name: string
  label: string
  about: string
  required: boolean
  example: string
  choices: readonly string[]
}

/** One language. Without a `reader` nobody who speaks it has read it, and it cannot be sent. */
export interface Wording {
  forms: Record<string, string>
  correction: string
  all_clear: string
  reader: string
}

export interface Template {
  id: string
  kind: string
  title: string
  when: string
  /** For a quiet phase: says something while nothing happens. */
  filler: boolean
  slots: readonly Slot[]
  says: readonly string[]
  langs: Record<string, Wording>
}

export interface Filled {
  texts: Record<string, Record<string, string>>
  correction: Texts
  all_clear: Texts
  missing: readonly string[]
  too_long: readonly (readonly [lang: string, form: string, over: number])[]
  needs_a_reader: readonly string[]
  score: number
  not_said: readonly string[]
}

export interface Meter {
  score: number
  found: readonly string[]
  missing: Record<string, string>
}

export const readTemplates = () => get<Template[]>('templates')
export const fillTemplate = (id: string, values: Texts, signal?: AbortSignal) =>
  post<Filled>(`templates/${encodeURIComponent(id)}/fill`, { values }, signal ? { signal } : {})
export const measureText = (text: string, signal?: AbortSignal) => post<Meter>('templates/meter', { text }, signal ? { signal } : {})

/** The form that a channel takes when it is offered; our page and what has room take the long one. */
const FORMS: Readonly<Record<string, readonly string[]>> = { x: ['280', '160'], twilio: ['160'], smpp: ['160'] }

/** Of the event's languages, those of the template that somebody has read. */
export function readable(template: Template, filled: Filled, langs: readonly string[]): string[] {
  return langs.filter((lang) => lang in template.langs && !filled.needs_a_reader.includes(lang))
}

/**
 * What a filled template puts into the composer: the long form for all, shorter ones where a channel takes them, and
 * the correction that is approved with it. Of the all clear there is one length.
 */
export function drafted(
  template: Template,
  values: Texts,
  filled: Filled,
  langs: readonly string[],
  adapters: readonly string[],
  what: 'alert' | 'all_clear',
): Partial<Draft> {
  const used = readable(template, filled, langs)
  const of = (say: (lang: string) => string | undefined): Texts =>
    Object.fromEntries(used.map((lang) => [lang, say(lang) ?? ''] as const).filter(([, text]) => text !== ''))
  if (what === 'all_clear') return { texts: of((lang) => filled.all_clear[lang]), kind: 'all_clear', touched: true }
  const channel_texts = Object.fromEntries(
    adapters
      .map((adapter) => [adapter, of((lang) => shortest(filled.texts[lang], FORMS[adapter] ?? []))] as const)
      .filter(([, texts]) => Object.keys(texts).length > 0),
  )
  return {
    texts: of((lang) => filled.texts[lang]?.['page']),
    channel_texts,
    correction: of((lang) => filled.correction[lang]),
    template: { id: template.id, values },
    touched: true,
  }
}

function shortest(forms: Record<string, string> | undefined, wanted: readonly string[]): string | undefined {
  const form = wanted.find((one) => forms?.[one])
  return form ? forms?.[form] : undefined
}
