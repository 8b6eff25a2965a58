/**
 * What time it is on the server, for a tablet whose own clock may be wrong by days and may jump (D-10). Pure.
 *
 * Two clocks are read: the wall clock, which survives a reload but is set by people, and the monotonic one, which
 * nobody can set but which starts anew with every page (`boot`) and may stand still while the tablet sleeps. Where
 * they leave a doubt, the answer is the older time, or says that it is not sure: then a person is asked.
 */

/** One reading of this tablet's clocks. */
export interface Reading {
  wall_ms: number
  mono_ms: number
  /** Which life of the page it was read in; monotonic times of two lives cannot be compared. */
  boot: string
}

/** What the server said the time was, and what the tablet's clocks showed then. */
export interface Anchor extends Reading {
  server_ms: number
}

/** When something was written, as well as it was known then. */
export interface Moment extends Reading {
  /** The server's time, where this life of the page had heard it before; may be too early, never too late. */
  server_ms: number | null
  /** Both clocks had gone the same way since the server was heard: then that time is right. */
  steady: boolean
}

export interface When {
  /** The server's time. */
  at_ms: number
  /** Whether it is surely no later than the truth; false where only a clock that somebody can set speaks for it. */
  sure: boolean
}

/** Clocks that differ by more are not believed, and a tablet that is off by more says so. */
export const SKEW_SHOWN_MS = 30_000

/** The server's time at a reading of the same life of the page; a tablet that slept makes it too early, never too late. */
export function serverTimeAt(reading: Reading, anchor: Anchor): number {
  return anchor.server_ms + Math.max(0, reading.mono_ms - anchor.mono_ms)
}

const agree = (a_ms: number, b_ms: number): boolean => Math.abs(a_ms - b_ms) <= SKEW_SHOWN_MS

export function momentAt(reading: Reading, anchor: Anchor | undefined): Moment {
  if (anchor?.boot !== reading.boot) return { ...reading, server_ms: null, steady: false }
  return {
    ...reading,
    server_ms: serverTimeAt(reading, anchor),
    steady: agree(reading.wall_ms - anchor.wall_ms, reading.mono_ms - anchor.mono_ms),
  }
}

/** When it was written by the server's clock, told with what is known now. */
export function whenWas(moment: Moment, anchor: Anchor): When {
  const early = moment.server_ms
  if (early !== null && moment.steady) return { at_ms: early, sure: true }
  const by_wall = anchor.server_ms - (anchor.wall_ms - moment.wall_ms)
  if (moment.boot === anchor.boot) {
    const by_mono = anchor.server_ms - (anchor.mono_ms - moment.mono_ms)
    if (agree(by_wall, by_mono)) return { at_ms: Math.max(early ?? by_mono, Math.min(by_wall, by_mono)), sure: true }
    if (early === null) return { at_ms: Math.min(by_wall, by_mono), sure: false }
  }
  if (early !== null) return { at_ms: early, sure: true }
  return { at_ms: Math.min(by_wall, anchor.server_ms), sure: false }
}

/** The moment with its time by the server written down, while it can be told: after the next reload it could not. */
export function settled(moment: Moment, anchor: Anchor): Moment {
  if (moment.server_ms !== null && moment.steady) return moment
  const { at_ms, sure } = whenWas(moment, anchor)
  return sure ? { ...moment, server_ms: at_ms, steady: true } : moment
}

/** How far the tablet's clock is ahead of the server's, in milliseconds. */
export function skewOf(reading: Reading, anchor: Anchor): number {
  return reading.wall_ms - serverTimeAt(reading, anchor)
}
