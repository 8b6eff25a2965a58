/** How long posts of this event wait before they go out: longer at once, shorter by two people. */
import { t } from '../shared/i18n/index.ts'
import type { EventState } from '../shared/wire.ts'
import type { Desk } from './desk.ts'

/** What is offered, beside what is in force. */
export const OFFERED_S = [0, 10, 20, 60, 120, 180, 300] as const

/**
 * Whether a second person confirms this delay; the server has the last word.
 *
 * Args:
 *   least_s: What one person may give an event of this kind that is not running yet.
 */
export function needsTwo(event: Pick<EventState, 'state' | 'delay_s'>, chosen_s: number, least_s: number): boolean {
  const running = event.state !== 'draft' && event.state !== 'scheduled'
  return chosen_s < (running ? event.delay_s : Math.min(least_s, event.delay_s))
}

export function DelayChoice({ desk }: { desk: Desk }) {
  const event = desk.store.event.value
  if (!event || !desk.may('event.edit') || event.state === 'ended' || event.state === 'archived') return null
  const now_s = event.delay_s
  const least_s = desk.session.delays[event.kind]?.least_s ?? 0
  return (
    <label class="row t2">
      {t('outbox.delay')}
      <select
        class="in"
        id="delay"
        value={String(now_s)}
        disabled={desk.acting.busy.value.has('delay')}
        onChange={(change) => desk.changeDelay(Number(change.currentTarget.value))}
      >
        {[...new Set([...OFFERED_S, now_s])]
          .sort((a, b) => a - b)
          .map((s) => (
            <option key={s} value={String(s)}>
              {s === now_s || !needsTwo(event, s, least_s) ? t('length.s', { s }) : t('delay.two', { s })}
            </option>
          ))}
      </select>
    </label>
  )
}
