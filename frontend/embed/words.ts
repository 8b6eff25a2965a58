/** The few words of the embed: English comes with it, another language is one small document of our server. */
import en from 'virtual:messages/en/embed.live+embed.all+view.live+view.notlive+view.new+view.next+view.late+view.paused+view.scheduled+view.ended+view.key+view.sev.+pin.do+correct.label+retract.label+clear.label+stop.public+mode.drill'
import type { Message } from '../compile/icu.ts'
import { format, type Values } from '../shared/i18n/format.ts'

export type Say = (key: string, values?: Values) => string

export async function speak(lang: string, base: string): Promise<Say> {
  let words: Record<string, Message> = en
  if (/^(it|fr|es|ca)$/.test(lang)) {
    try {
      const answer = await fetch(`${base}/static/i18n/embed.${lang}.json`)
      if (answer.ok) words = (await answer.json()) as typeof words
    } catch {
      // Better said in English than not at all.
    }
  }
  const used = words === en ? 'en' : lang
  return (key, values = {}) => format(words[key] ?? key, values, used)
}
