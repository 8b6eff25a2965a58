/**
 * The sentence a person agrees to, in their language: what is done, to whom, on which channels, when, and what it costs.
 * On an English desk it is the server's own; in every other language it says the same facts.
 */
import { language, t, type Sentence } from '../shared/i18n/index.ts'
import type { Confirmation } from '../shared/second-opinions.ts'

interface Share {
  name: string
  /** Nobody has counted who follows a page. */
  people: number | null
}

export interface Agreed {
  kind: string
  event_kind: string
  place: string
  shares: readonly Share[]
  drill: boolean
}

const VERBS: Readonly<Record<string, string>> = { correction: 'correct', retraction: 'retract', all_clear: 'clear', answer: 'answer' }
const DELAY = /\. It goes out (?:at once|(\d+) s after you agree)[.,]/

export function agreedTo({ sentence, people, seconds, cost }: Confirmation, of: Agreed): Sentence {
  if (language() === 'en') return { words: sentence, lang: undefined }
  const delay = DELAY.exec(sentence)
  if (!delay) return { words: sentence, lang: 'en' }
  const list = new Intl.ListFormat(language(), { type: 'conjunction' })
  const texted = of.shares.filter((share) => share.people !== null).map((share) => share.name)
  const pages = of.shares.filter((share) => share.people === null).map((share) => share.name)
  const whom = [t('confirm.followers', { names: list.format([...pages, t('confirm.page')]) })]
  if (texted.length) whom.unshift(t('confirm.texted', { ...figures(people), names: list.format(texted) }))
  const verb = VERBS[of.kind] ?? (of.event_kind === 'crisis' ? 'alert' : 'tell')
  const words = [
    t('confirm.what', { verb, whom: list.format(whom), where: of.place ? 'there' : 'none', place: of.place }),
    t('confirm.when', { s: Number(delay[1] ?? 0), min: seconds < 60 ? 0 : Math.ceil(seconds / 60) }),
    of.drill ? t('confirm.drill') : cost === null ? t('confirm.unpriced') : t('confirm.costs', { cost: cost.toFixed(2) }),
  ]
  return { words: words.join(' '), lang: undefined }
}

const EACH = /, (\d+) (?:text|parts) each$/

/** Whom one channel reaches, as it stands beside its text. */
export function reachOf({ name, people, reach }: Share & { reach: string }): Sentence {
  const each = EACH.exec(reach)
  if (language() === 'en') return { words: reach, lang: undefined }
  if (people === null) return { words: t('confirm.followers', { names: name }), lang: undefined }
  if (!each) return { words: reach, lang: 'en' }
  return { words: `${t('confirm.texted', { ...figures(people), names: name })}, ${t('confirm.each', { n: Number(each[1]) })}`, lang: undefined }
}

/** Three figures and "about", as people can take in. */
function figures(n: number): { n: number; about: 'yes' | 'no' } {
  if (n < 1000) return { n, about: 'no' }
  const step = 10 ** (String(n).length - 3)
  return { n: Math.round(n / step) * step, about: 'yes' }
}
