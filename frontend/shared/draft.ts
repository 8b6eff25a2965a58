/**
 * What is being written, and what Send may do with it. Pure: both composers ask here, none decides by itself.
 */
import { lacksOf, type Photo } from './photo.ts'
import type { DeskUpdate, EventState, Texts } from './wire.ts'

export interface Draft {
  texts: Texts
  /** By adapter name: what that channel says instead. */
  channel_texts: Record<string, Texts>
  /** Ids; undefined means every channel of the event. */
  channels: string[] | undefined
  key_moment: boolean
  pinned: boolean
  kind: string
  step_id: string | undefined
  answers_reply_id: string | undefined
  /** What is said if this turns out wrong: approved with it, so that it can go at once. */
  correction: Texts
  /** The template it was made from, while no word of it was changed. */
  template: { id: string; values: Texts } | undefined
  /** On the tablet alone; it is no part of what is previewed. */
  photo?: Photo | undefined
  /** Whether a person changed it since it was loaded. */
  touched: boolean
}

export const EMPTY_DRAFT: Draft = {
  texts: {},
  channel_texts: {},
  channels: undefined,
  key_moment: false,
  pinned: false,
  kind: 'update',
  step_id: undefined,
  answers_reply_id: undefined,
  correction: {},
  template: undefined,
  touched: false,
}

export interface Offender {
  char: string
  index: number
  replacement: string | null
}

export interface Measured {
  weight: number
  limit: number
  fits: boolean
  encoding: string | null
  segments: number | null
  offenders: Offender[]
}

export interface Cost {
  kind: 'priced' | 'unpriced' | 'free' | 'drill'
  amount: string | null
  currency: string
}

/** What confirming now would do on one channel. Seconds count from now, countdown included; null where it never starts. */
export interface Plan {
  messages: number
  units: number
  ahead: number
  first_s: number | null
  last_s: number | null
  waiting: number
  too_late: number
  /** Told in one post with others, because none of its own could go in time. */
  in_digest: number
  units_per_s: number | null
  cost: Cost
}

export interface ChannelPreview {
  channel_id: string
  adapter: string
  name: string
  lang: string
  parts: string[]
  measured: Measured
  people: number | null
  plan: Plan | null
}

export interface GuardSpan {
  start: number
  end: number
  class: string
  reason: string
  replacement: string | null
  verdict?: string
  /** The language the place is in; the event's default when it is not said. */
  lang?: string
  /** The adapter whose own words it is in; empty for the text of all. */
  where?: string
}

/** A span that knows where it stands. */
export type Mark = GuardSpan & { lang: string; where: string }

export interface Preview {
  channels: ChannelPreview[]
  guard: { decision: 'pass' | 'ask' | 'block'; spans: GuardSpan[]; code?: string; little_known?: string[] }
  delay_s: number
  /** Whose second opinion it needs; empty when it goes at once. */
  needs: string
}

/** How the guard calls the words of a draft's photo. */
export const PHOTO = 'picture 1'

/** What of a draft is sent to be previewed. */
export function previewBody(draft: Draft): Record<string, unknown> {
  return {
    texts: written(draft.texts),
    ...(Object.keys(draft.channel_texts).length ? { channel_texts: draft.channel_texts } : {}),
    ...(draft.channels ? { channels: draft.channels } : {}),
    ...(draft.kind === 'update' ? {} : { kind: draft.kind }),
    ...(draft.step_id ? { step_id: draft.step_id } : {}),
    ...(draft.answers_reply_id ? { answers_reply_id: draft.answers_reply_id } : {}),
    ...(draft.key_moment ? { key_moment: true } : {}),
    ...(draft.photo && Object.keys(written(draft.photo.alt)).length ? { alt: written(draft.photo.alt) } : {}),
  }
}

/** What of a draft is sent to be accepted. `composed_at` is added by the key book. */
export function submitBody(draft: Draft, source: 'presenter' | 'desk', confirmed: boolean): Record<string, unknown> {
  // What a photo shows goes with the photo.
  const { alt: _, ...body } = previewBody(draft)
  return {
    ...body,
    key_moment: draft.key_moment,
    pinned: draft.pinned,
    source,
    ...(Object.keys(written(draft.correction)).length ? { correction: written(draft.correction) } : {}),
    ...(draft.template ? { template: draft.template } : {}),
    ...(confirmed ? { confirmed: true } : {}),
  }
}

function written(texts: Texts): Texts {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text.trim() !== ''))
}

export type Sendable =
  | { kind: 'empty' }
  | { kind: 'checking' }
  | { kind: 'not-live' }
  | { kind: 'stopped' }
  | { kind: 'no-channel' }
  | { kind: 'blocked'; span: GuardSpan | undefined }
  | { kind: 'too-long'; over: number; channel: string }
  | { kind: 'ask'; spans: GuardSpan[] }
  /** Its photo is not described, or nobody has ticked the list. */
  | { kind: 'photo'; lacks: 'alt' | 'list' }
  | { kind: 'hold' }
  | { kind: 'approval'; needs: string }
  /** Nobody can say now; it is kept on the tablet, and the server says when it is back. */
  | { kind: 'offline' }
  | { kind: 'ready'; delay_s: number }

/**
 * Args:
 *   preview: The server's answer for exactly this draft; undefined while it is being asked or when it did not answer.
 */
export function sendableOf(
  draft: Draft,
  preview: Preview | undefined,
  event: Pick<EventState, 'state' | 'sending' | 'default_lang'> | undefined,
): Sendable {
  if (!event) return { kind: 'checking' }
  if (event.sending === 'stop') return { kind: 'stopped' }
  if (event.state !== 'live') return { kind: 'not-live' }
  if (!(draft.texts[event.default_lang] ?? '').trim()) return { kind: 'empty' }
  if (draft.channels?.length === 0) return { kind: 'no-channel' }
  const lacks = draft.photo && lacksOf(draft.photo, event.default_lang)
  if (lacks) return { kind: 'photo', lacks }
  if (!preview) return { kind: 'checking' }
  const { decision, spans } = preview.guard
  if (decision === 'block') {
    return { kind: 'blocked', span: spans.find((span) => (span.verdict ?? 'block') === 'block') ?? spans[0] }
  }
  const long = preview.channels.find((channel) => !channel.measured.fits)
  if (long) return { kind: 'too-long', over: long.measured.weight - long.measured.limit, channel: long.name }
  if (decision === 'ask') return { kind: 'ask', spans }
  if (preview.needs) return { kind: 'approval', needs: preview.needs }
  if (event.sending === 'hold') return { kind: 'hold' }
  return { kind: 'ready', delay_s: preview.delay_s }
}

/** Put a span's replacement in its place. Places are code points, as the guard counts. */
export function replaced(text: string, span: Pick<GuardSpan, 'start' | 'end' | 'replacement'>): string {
  const points = Array.from(text)
  return points.slice(0, span.start).join('') + (span.replacement ?? '') + points.slice(span.end).join('')
}

export interface Run {
  text: string
  mark: 'block' | 'ask' | undefined
}

/** The text cut where marks begin and end, for drawing; untouched by anything that could be markup. */
export function runsOf(text: string, spans: readonly GuardSpan[]): Run[] {
  const points = Array.from(text)
  const runs: Run[] = []
  let at = 0
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const start = Math.min(Math.max(span.start, at), points.length)
    const end = Math.min(Math.max(span.end, start), points.length)
    if (start > at) runs.push({ text: points.slice(at, start).join(''), mark: undefined })
    if (end > start) runs.push({ text: points.slice(start, end).join(''), mark: span.verdict === 'ask' ? 'ask' : 'block' })
    at = end
  }
  if (at < points.length) runs.push({ text: points.slice(at).join(''), mark: undefined })
  return runs
}

/** A draft that was just accepted, as the desk will be told of it: shown until that frame comes. */
export function justAccepted(
  draft: Draft,
  accepted: { id: string; seq: number; release_at: string | null },
  now: string,
): DeskUpdate {
  return {
    id: accepted.id,
    seq: accepted.seq,
    version: 0,
    kind: draft.kind,
    state: 'counting_down',
    priority: 'normal',
    texts: draft.texts,
    channel_texts: draft.channel_texts,
    on_page: 'shown',
    of: null,
    by: null,
    answers_reply_id: draft.answers_reply_id ?? null,
    key_moment: draft.key_moment,
    pinned: draft.pinned,
    author_id: null,
    author_name: '',
    source: '',
    late: false,
    composed_at: now,
    received_at: now,
    release_at: accepted.release_at,
    hold_left_s: null,
    released_at: null,
    expires_at: now,
    occasion: '',
    planned_at: null,
    media: draft.photo?.media ? [{ id: draft.photo.media.id, alt: draft.photo.alt, graphic: draft.photo.graphic }] : [],
    guard: {},
    deliveries: [],
  }
}
