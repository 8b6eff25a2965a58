/** What a delivery says about itself: why it is where it is and what happens next, in the person's language. */
import { tSentence } from './i18n/index.ts'
import type { DeskDelivery } from './wire.ts'

export interface Reasons {
  why: string
  next: string
  /** Where the server's own English is shown, it is marked, so that it is read out as English. */
  lang: 'en' | undefined
}

export function reasonsOf(of: Pick<DeskDelivery, 'reason' | 'why' | 'next_step'>): Reasons {
  const why = tSentence('why', of.reason, of.why)
  const next = tSentence('then', of.reason, of.next_step)
  return { why: why.words, next: next.words, lang: why.lang ?? next.lang }
}
