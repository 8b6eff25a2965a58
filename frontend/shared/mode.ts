/** Which of the six modes a staff screen is in. One rule for every screen, and nothing else may decide it. */
import type { EventState } from './wire.ts'

export type Mode = 'standby' | 'event' | 'incident' | 'drill' | 'hold' | 'stop'

export interface ModeOf {
  /** What the bar shows first: stop and hold win over everything, a drill over what is being practised. */
  bar: Mode
  /** The second axis of a drill: what is being practised, or how it is paused. */
  within: Mode | undefined
  /** What `<html data-mode>` says: only a drill and a stop change the room. */
  room: 'drill' | 'stop' | undefined
}

export function modeOf(event: Pick<EventState, 'kind' | 'state' | 'sending'> | undefined, drill: boolean): ModeOf {
  const plain: Mode =
    event === undefined
      ? 'standby'
      : event.sending === 'stop'
        ? 'stop'
        : event.sending === 'hold'
          ? 'hold'
          : event.state !== 'live' && event.state !== 'paused'
            ? 'standby'
            : event.kind === 'crisis'
              ? 'incident'
              : 'event'
  if (plain === 'stop') return { bar: 'stop', within: drill ? 'drill' : undefined, room: 'stop' }
  if (drill) return { bar: 'drill', within: plain, room: 'drill' }
  return { bar: plain, within: undefined, room: undefined }
}
