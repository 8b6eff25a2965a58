/**
 * The rules of the tablet's outbox: what goes next, what asks a person first, what an answer settles. Pure.
 *
 * An entry has its key before its first attempt, so that a repeat is the same update (G2). Entries go one at a time in
 * the order they were written, which is the order of the tablet's own counter and of no clock. One that has to ask
 * keeps back those written after it: their order is a promise.
 */
import type { Photo } from './photo.ts'
import { serverTimeAt, whenWas, type Anchor, type Moment, type Reading } from './server-clock.ts'

export interface Entry {
  /** The idempotency key. */
  key: string
  /** The tablet's own count. */
  seq: number
  event_id: string
  /** Who wrote it: nobody else's session sends it. */
  person_id: string
  /** Everything that is sent but the time. Written once. */
  body: Readonly<Record<string, unknown>>
  /** What a person sees of it here: the step's name, or the text. */
  name: string
  text: string
  step_id: string | null
  /** Goes first; the update names it as the server knows it. Put into the request, so no part of `body`. */
  photo?: Photo | undefined
  composed: Moment
  /** What the server is told of the time: fixed by the first attempt, as a repeat must be the same request. */
  composed_at: string | null
  /** Which tablet the server is told of; fixed likewise, as a tablet may be paired between two attempts. */
  device_id?: string
  attempts: number
  /** When a person said that it may go although it is old. */
  vouched: Moment | null
  /** Why it asks; kept, so that it still asks after a reload. */
  asks: AskReason | null
  refused: Refusal | null
  /** A person took it back while nobody knew whether the server has it. */
  undo: boolean
}

/**
 * `old`: too long here. `stopped`: sending was held or stopped since. `clock`: nobody can say how old it is.
 * `phoned`: it is being read out to the desk, which may post it.
 */
export type AskReason = 'old' | 'stopped' | 'clock' | 'phoned'

export interface Refusal {
  code: string
  words: string
}

/** What the event's last answer said that matters here. */
export interface Rules {
  sending: 'open' | 'hold' | 'stop'
  /** The server's time. */
  sending_since_ms: number | null
  old_after_ms: number
}

/** Longer ago, the server is asked how things stand before anything is sent. */
export const FRESH_MS = 5_000

/** Why a person has to decide before this goes, or undefined. */
export function askOf(entry: Entry, rules: Rules, now: Reading, anchor: Anchor): AskReason | undefined {
  const said = whenWas(entry.vouched ?? entry.composed, anchor)
  if (!said.sure) return 'clock'
  if (serverTimeAt(now, anchor) - said.at_ms > rules.old_after_ms) return 'old'
  if (rules.sending_since_ms !== null && said.at_ms < rules.sending_since_ms) return 'stopped'
  return undefined
}

export interface World {
  now: Reading
  anchor: Anchor | undefined
  rules: Rules | undefined
  /** Every call since that answer was answered; after a silence, what was known before counts for nothing. */
  unbroken: boolean
  /** Something is being sent or asked right now. */
  in_flight: boolean
  /** Nothing can be sent as things are: locked, signed out, the policy unread, no network known. */
  barred: boolean
  /** After a failure: not before this, by the monotonic clock of this life of the page. */
  not_before_mono_ms: number
}

export type Next =
  /** Nothing to do until somebody acts; or until `at_mono_ms`. */
  | { do: 'wait'; at_mono_ms?: number }
  /** Ask the server for its time and how the event stands. */
  | { do: 'look' }
  | { do: 'ask'; key: string; why: AskReason }
  /** Taken back, and may not go any more: looked for on the server, where it may wait for a hold or for a second person. */
  | { do: 'recall'; key: string }
  | { do: 'send'; key: string; composed_at_ms: number }

/** Whether an entry is the sender's business: a refused one waits for a person, and keeps nobody back. */
export const isOpen = (entry: Entry): boolean => entry.refused === null

export const inOrder = (entries: readonly Entry[]): Entry[] => [...entries].sort((a, b) => a.seq - b.seq)

/** What to do now. */
export function next(entries: readonly Entry[], world: World): Next {
  const first = inOrder(entries).find(isOpen)
  if (!first || world.in_flight || world.barred || (first.asks && !first.undo)) return { do: 'wait' }
  if (world.now.mono_ms < world.not_before_mono_ms) return { do: 'wait', at_mono_ms: world.not_before_mono_ms }
  const { anchor, rules } = world
  if (!anchor || !rules || !world.unbroken || anchor.boot !== world.now.boot || !isFresh(first, world.now, anchor)) return { do: 'look' }
  // What asked and was let go is not sent again only to be pulled back: between the two it could get out.
  const why = first.asks ?? askOf(first, rules, world.now, anchor)
  if (why) return first.undo ? { do: 'recall', key: first.key } : { do: 'ask', key: first.key, why }
  // It waits for the restart, and asks then. Who was not told of that hears of it by looking.
  if (rules.sending === 'stop') {
    return isJust(anchor, world.now) ? { do: 'wait', at_mono_ms: anchor.mono_ms + FRESH_MS + 1 } : { do: 'look' }
  }
  return { do: 'send', key: first.key, composed_at_ms: whenWas(first.composed, anchor).at_ms }
}

/**
 * Whether what is known of the server is new enough to send this by it: it was just heard, or this was just written.
 * Both clocks must say so, as one stands still in sleep and the other can be set.
 */
function isFresh(entry: Entry, now: Reading, anchor: Anchor): boolean {
  return isJust(anchor, now) || (entry.attempts === 0 && entry.composed.steady && isJust(entry.composed, now))
}

function isJust(then: Reading, now: Reading): boolean {
  return then.boot === now.boot && within(now.mono_ms - then.mono_ms) && within(now.wall_ms - then.wall_ms)
}

const within = (ms: number): boolean => ms >= 0 && ms <= FRESH_MS

/** What is sent of an entry. The same at every attempt: what could change is fixed before the first. */
export function requestOf(entry: Entry): Record<string, unknown> {
  return {
    ...entry.body,
    ...(entry.photo?.media ? { media: [entry.photo.media.id] } : {}),
    composed_at: entry.composed_at,
    device_id: entry.device_id,
    device_seq: entry.seq,
  }
}

/** Whether its photo has to go to the server before it. */
export const needsPhoto = (entry: Entry): boolean => entry.photo !== undefined && entry.photo.media?.told !== true

/** Whether it can still go without its photo: once asked for, a request stays as it is. */
export const canSkipPhoto = (entry: Entry): boolean => entry.photo !== undefined && entry.attempts === 0 && isOpen(entry)

/** Whether it can be read out to the desk instead: nothing of it can have left. */
export const canBePhoned = (entry: Entry): boolean => entry.attempts === 0 && isOpen(entry) && !entry.asks && !entry.undo

/** What an answer means for the entry it was for. */
export type Settled =
  | { kind: 'accepted' }
  /** The server will never take it like this; the text stays here for its writer. */
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'asks'; why: AskReason }
  /** Nobody can send just now: what it takes is on the screen. */
  | { kind: 'barred'; by: 'sign-in' | 'pin' | 'policy' }
  /** Nothing is settled; the same again, later. */
  | { kind: 'again'; after_s: number | null }

export interface Answer {
  status: number
  code: string
  words: string
  retry_after_s?: number | undefined
}

/** `answer` undefined: none came. */
export function settle(answer: Answer | undefined): Settled {
  if (!answer) return { kind: 'again', after_s: null }
  const { status, code } = answer
  if (status >= 200 && status < 300) return { kind: 'accepted' }
  if (code === 'pin_needed') return { kind: 'barred', by: 'pin' }
  if (code === 'policy_not_read') return { kind: 'barred', by: 'policy' }
  if (code === 'sending_stopped') return { kind: 'asks', why: 'stopped' }
  if (status === 401 || code === 'other_person') return { kind: 'barred', by: 'sign-in' }
  if (status >= 500 || status === 408 || status === 425 || status === 429 || code === 'key_in_progress' || status < 400) {
    return { kind: 'again', after_s: answer.retry_after_s ?? null }
  }
  return { kind: 'refused', refusal: { code, words: answer.words } }
}

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 30_000

/** How long to wait after the n-th failure in a row, from 1. `chance` from 0 to 1: many tablets must not come at once. */
export function backoffMs(failures: number, chance: number): number {
  const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, failures - 1))
  return most * (0.5 + chance / 2)
}

/** What taking an entry back does: it never left, so it goes; or it may have arrived, so the server must be told. */
export function takeBack(entry: Entry): 'drop' | 'resolve' {
  return entry.attempts > 0 && !entry.refused ? 'resolve' : 'drop'
}
