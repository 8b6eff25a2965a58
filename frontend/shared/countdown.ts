/** What a countdown shows. Pure: the time is an argument, already corrected for the server's clock. */

export interface Countdown {
  /** Whole seconds, never below 0: what the ring's number says. */
  left_s: number
  /** Part of the whole delay that is left, 0 to 1: what the ring draws. */
  part: number
  frozen: boolean
}

export function countdownOf(
  update: { release_at: string | null; hold_left_s: number | null },
  delay_s: number,
  now_ms: number,
): Countdown | undefined {
  const whole = Math.max(delay_s, 1)
  if (update.hold_left_s !== null) {
    const left = Math.max(0, update.hold_left_s)
    return { left_s: Math.ceil(left), part: Math.min(1, left / whole), frozen: true }
  }
  if (update.release_at === null) return undefined
  const left = Math.max(0, (Date.parse(update.release_at) - now_ms) / 1000)
  return { left_s: Math.ceil(left), part: Math.min(1, left / whole), frozen: false }
}

/** The seconds at which the timer speaks; silent otherwise. */
export const SPOKEN_S = [20, 10, 5] as const

/** 6 min 12 s, 1 h 12 min: two units, the larger first. `s` may be negative; the caller says "late". */
export function unitsOf(s: number): { h: number; min: number; s: number } {
  const whole = Math.floor(Math.abs(s))
  return { h: Math.floor(whole / 3600), min: Math.floor((whole % 3600) / 60), s: whole % 60 }
}
