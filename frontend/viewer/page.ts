/** What the server wrote into the page for us: who it is for, the words, and the snapshot it was made from. */
import type { Message } from '../compile/icu.ts'
import { format, type Values } from '../shared/i18n/format.ts'
import type { Snapshot } from '../shared/wire.ts'

export interface ViewerConfig {
  slug: string
  event_id: string
  hospital: string
  drill: boolean
  lang: string
  main_lang: string
  zone: string
  emergency: string
  drill_words: string
  /** Languages by their own names. */
  names: Record<string, string>
  messages: Record<string, Message>
}

function block<T>(id: string): T | undefined {
  const text = document.getElementById(id)?.textContent
  return text ? (JSON.parse(text) as T) : undefined
}

export const readConfig = (): ViewerConfig | undefined => block('config')
export const readSnapshot = (): Snapshot | undefined => block('snapshot')

/**
 * How times are told: by the hospital's clock, as the page itself has them. A browser that does not know that zone (names
 * change, and an older one has fewer) tells the reader's own time and says with each that it is that.
 */
function clockOf(zone: string): Intl.DateTimeFormatOptions {
  try {
    return { timeZone: new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone }
  } catch {
    return { timeZoneName: 'short' }
  }
}

/** The words and the clock of one page. */
export class Speech {
  readonly config: ViewerConfig
  #time: Intl.DateTimeFormat
  #day: Intl.DateTimeFormat
  #key: Intl.DateTimeFormat
  #ago: Intl.RelativeTimeFormat

  constructor(config: ViewerConfig) {
    this.config = config
    const how = clockOf(config.zone)
    const { timeZone } = how
    // Day before month, as the server writes it (app/feeds/words.py).
    const lang = config.lang === 'en' ? 'en-GB' : config.lang
    this.#time = new Intl.DateTimeFormat(lang, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...how })
    this.#day = new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'short', ...(timeZone && { timeZone }) })
    this.#key = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', ...(timeZone && { timeZone }) })
    this.#ago = new Intl.RelativeTimeFormat(lang, { numeric: 'auto', style: 'short' })
  }

  say(key: string, values: Values = {}): string {
    const message = this.config.messages[key]
    return message === undefined ? key : format(message, values, this.config.lang)
  }

  /** "14:59", or with the day when it is not today. */
  clock(at: string | number, now = Date.now()): string {
    const date = new Date(at)
    const time = this.#time.format(date)
    return this.#key.format(date) === this.#key.format(now) ? time : `${this.#day.format(date)}, ${time}`
  }

  /** "5 min ago" for the last hour, else nothing: the time itself stands beside it. */
  ago(at: string, now = Date.now()): string {
    const minutes = Math.floor((now - Date.parse(at)) / 60_000)
    return minutes < 1 || minutes > 59 ? '' : this.#ago.format(-minutes, 'minute')
  }

  language(lang: string): string {
    return this.config.names[lang] ?? lang
  }
}
