/** How an event stands for the public; the twin of `state_of` in app/feeds/event_page.py. */
import type { EventState } from '../shared/wire.ts'

/** What is read here happened a little earlier, so that there was time to look; the twin of `is_delayed` there. */
export function isDelayed(event: EventState): boolean {
  return event.kind === 'surgery' && event.delay_s > 0 && stateOf(event) !== 'ended'
}

export type State = 'live' | 'paused' | 'ended' | 'scheduled'

export function stateOf(event: EventState): State {
  if (event.state === 'ended' || event.state === 'archived') return 'ended'
  if (event.sending === 'stop' || event.state === 'paused') return 'paused'
  return event.state === 'live' ? 'live' : 'scheduled'
}
