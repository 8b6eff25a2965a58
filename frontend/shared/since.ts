/** Who stopped or held sending, when, and for how long, in words; for staff only. */
import { t } from './i18n/index.ts'
import { clock, length } from './when.ts'
import type { EventState } from './wire.ts'

/** "Stopped by Marta Serra at 15:04, 6 min 12 s ago"; without a name where it was no person of this house. */
export function sinceWords(event: EventState, now: number): string {
  const { duty } = event
  if (!duty?.sending_since || event.sending === 'open') return ''
  const values = {
    name: duty.sending_by,
    time: clock(duty.sending_since),
    for: length(Math.max(0, (now - Date.parse(duty.sending_since)) / 1000)),
  }
  if (event.sending === 'stop') return t(duty.sending_by ? 'halt.by' : 'halt.at', values)
  return t(duty.sending_by ? 'hold.by' : 'hold.at', values)
}
