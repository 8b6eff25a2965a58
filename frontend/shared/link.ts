/**
 * Whether the network is there but slow, judged by what calls took. Pure.
 *
 * Not offline: answers come, and a person should know why they come late. A question that is still open counts for as
 * long as it has been open, so that the word is on the screen before the answer is.
 */
export const SLOW_MS = 4_000
/** A photo's upload is slow by its rate, not by its length. */
export const SLOW_BITS_PER_MS = 64
const QUICK_MS = 2_000
const CALM = 2
/** Smaller files say nothing of the rate. */
const RATED_BYTES = 20_000

export interface Link {
  slow: boolean
  /** Quick answers in a row since the last slow one. */
  quick: number
}

export const QUICK_LINK: Link = { slow: false, quick: 0 }

export interface Call {
  answered: boolean
  took_ms: number
  file_bytes: number
}

/** One slow answer is enough to say so; it takes two quick ones to take it back. */
export function afterCall(link: Link, call: Call): Link {
  if (!call.answered) return link // whether it is there at all is another question
  const rated = call.file_bytes >= RATED_BYTES
  const slow = rated ? (call.file_bytes * 8) / call.took_ms < SLOW_BITS_PER_MS : call.took_ms > SLOW_MS
  if (slow) return { slow: true, quick: 0 }
  if (!link.slow || (!rated && call.took_ms > QUICK_MS)) return link
  return link.quick + 1 >= CALM ? QUICK_LINK : { slow: true, quick: link.quick + 1 }
}
