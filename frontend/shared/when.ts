/** Times and lengths as a person reads them, in the language of the screen and by the house's clock. */
import { unitsOf } from './countdown.ts'
import { language, t } from './i18n/index.ts'
import { timeZone } from './zone.ts'

const formats = new Map<string, Intl.DateTimeFormat>()

function formatted(at: string | number, options: Intl.DateTimeFormatOptions): string {
  // English as hospitals outside the United States write it: day before month, as on the public page.
  const locale = language() === 'en' ? 'en-GB' : language()
  const zone = timeZone()
  const name = `${locale} ${zone} ${JSON.stringify(options)}`
  let format = formats.get(name)
  if (!format) formats.set(name, (format = new Intl.DateTimeFormat(locale, { ...options, ...(zone && { timeZone: zone }) })))
  return format.format(new Date(at))
}

/** 14:59. */
export const clock = (at: string | number) => formatted(at, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
/** 14:59, and the day when it was another: what waited overnight must not look as if it were from today. */
export function clockOn(at: string | number, now_ms: number): string {
  if (day(at) === day(now_ms)) return clock(at)
  return formatted(at, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
}
export const clockSeconds = (at: string | number) =>
  formatted(at, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })

export const day = (at: string | number) => formatted(at, { day: 'numeric', month: 'long', year: 'numeric' })

/** "1 h 12 min", "6 min 12 s", "14 s". */
export function length(s: number): string {
  const units = unitsOf(s)
  if (units.h) return t('length.h', { h: units.h, min: units.min })
  if (units.min) return t('length.min', { min: units.min, s: units.s })
  return t('length.s', { s: units.s })
}

/** A length that somebody chose, such as a goal: "3 min", not "3 min 0 s". */
export const chosenLength = (s: number): string => (s > 0 && s % 60 === 0 ? t('ago.min', { n: s / 60 }) : length(s))

/** "now", "4 min", "2 h". */
export function ago(at: string, now_ms: number): string {
  const s = (now_ms - Date.parse(at)) / 1000
  if (s < 60) return t('ago.now')
  if (s < 3600) return t('ago.min', { n: Math.floor(s / 60) })
  return t('ago.h', { n: Math.floor(s / 3600) })
}
