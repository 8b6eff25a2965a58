/** What a delivery says about itself: why it is where it is and what happens next, in the person's language. */
import { type Sentence, tSentence, tSentences } from './i18n/index.ts'
import type { DeskDelivery } from './wire.ts'

export interface Reasons {
  why: string
  next: string
  /** Where the server's own English is shown, it is marked, so that it is read out as English. */
  lang: 'en' | undefined
}

/** What is out in part, or may be, says so in place of the common words of its reason. */
const INSTEAD = ['partly_out', 'stopped_in_doubt', 'list_stopped', 'list_in_doubt', 'held_partly', 'held_in_doubt', 'held_list']

function said(prefix: string, reason: string, sentence: string): Sentence {
  const common = tSentence(prefix, reason, sentence)
  if (!common.lang) return common
  for (const code of INSTEAD) {
    const exact = tSentence(prefix, code, sentence)
    if (!exact.lang) return exact
  }
  return common
}

export function reasonsOf(of: Pick<DeskDelivery, 'reason' | 'why' | 'next_step'>): Reasons {
  const why = said('why', of.reason, of.why)
  const next = said('then', of.reason, of.next_step)
  return { why: why.words, next: next.words, lang: why.lang ?? next.lang }
}

/** What a channel says of itself: what its last probe saw, or why it is paused. */
export const seenOf = (words: string): Sentence => tSentences(['seen', 'why.credentials', 'why.not_seen', 'then.not_seen'], words)
