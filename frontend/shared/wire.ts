/**
 * What the server says, as app/schemas/frames.py defines it. Times are ISO strings in UTC.
 */
export type Texts = Record<string, string>

export interface Author {
  name: string
  handle: string
  url: string
  channel: string
}

export interface Picture {
  url: string
  alt: Texts
  width: number
  height: number
  graphic: boolean
}

/** Step `n` of `of`; 0 once the course was left. */
export interface StepPlace {
  n: number
  of: number
  label: Texts
}

export interface Item {
  id: string
  type: 'update' | 'reply'
  version: number
  at: string
  texts: Texts
  state: 'shown' | 'corrected' | 'retracted' | 'removed'
  label: string
  of: string | null
  by: string | null
  key_moment: boolean
  pinned: boolean
  late: boolean
  composed_at: string | null
  author: Author | null
  url: string
  pictures: Picture[]
  step: StepPlace | null
}

export type DeliveryState =
  | 'queued'
  | 'sending'
  | 'sent'
  | 'delivered'
  | 'unknown'
  | 'held'
  | 'rejected'
  | 'expired'
  | 'withdrawn'

export interface DeskDelivery {
  id: string
  update_id: string
  channel_id: string
  act: string
  state: DeliveryState
  reason: string
  why: string
  next_step: string
  due_at: string | null
  attempts: number
  parts: number
  parts_sent: number
  counts: Record<string, number>
  url: string | null
  sent_at: string | null
  version: number
}

export interface DeskUpdate {
  id: string
  seq: number
  version: number
  kind: string
  state: 'draft' | 'awaiting_approval' | 'counting_down' | 'released' | 'withdrawn' | 'expired'
  priority: string
  texts: Texts
  channel_texts: Record<string, Texts>
  on_page: string
  of: string | null
  by: string | null
  answers_reply_id: string | null
  key_moment: boolean
  pinned: boolean
  author_id: string | null
  author_name: string
  source: string
  late: boolean
  composed_at: string
  received_at: string
  release_at: string | null
  hold_left_s: number | null
  released_at: string | null
  expires_at: string
  /** Of a post planned before the event: what it is for, and when it is to go out. */
  occasion: '' | 'day_before' | 'morning'
  planned_at: string | null
  media: Record<string, unknown>[]
  guard: Record<string, unknown>
  deliveries: DeskDelivery[]
}

export interface DeskReply {
  id: string
  version: number
  state: 'new' | 'shown' | 'hidden' | 'removed'
  text: string
  lang: string | null
  author: Author
  number: string | null
  url: string
  update_id: string | null
  labels: string[]
  guard: Record<string, unknown>
  claimed_by: string | null
  answered_by_update_id: string | null
  at: string
  received_at: string
  edited_at: string | null
}

export interface ChannelState {
  id: string
  adapter: string
  name: string
  state: string
  why: string
  probe_ok: boolean | null
  probe_words: string
  limited_until: string | null
  /** It gave no answers: left alone until then. */
  resting_until: string | null
  resting_why: string
  /** Name of the channel that carries this one's lists meanwhile. */
  carried_by: string
  audience_size: number | null
  version: number
}

/** Whose turn it is to answer about one update that waits, and since when. */
export interface TurnState {
  update_id: string
  person_id: string
  name: string
  since: string
  unanswered: boolean
}

/** What only staff are told of an event. */
export interface DutyState {
  sending_since: string | null
  sending_by: string
  button_by: string | null
  button_by_name: string
  offered_to: string | null
  offered_to_name: string
  complication: '' | 'called' | 'family_told'
  complication_at: string | null
  turns: TurnState[]
}

export interface EventState {
  id: string
  slug: string
  kind: 'surgery' | 'crisis' | 'training' | 'press'
  title: string
  place: string
  headline: string
  state: 'draft' | 'scheduled' | 'live' | 'paused' | 'ended' | 'archived'
  sending: 'open' | 'hold' | 'stop'
  delay_s: number
  default_lang: string
  langs: string[]
  hashtags: string[]
  severity: string | null
  urgency: string | null
  certainty: string | null
  promised_next_at: string | null
  pinned: Record<string, unknown>
  replies_open: boolean
  about_patient: '' | 'agreed' | 'unnamed'
  /** What the silence guard asks; only the desk is told. */
  quiet: 'fine' | 'prompt' | 'holding_line' | 'promise_missed'
  drill: boolean
  starts_at: string | null
  started_at: string | null
  ended_at: string | null
  duty: DutyState | null
  version: number
}

export type Op =
  | { op: 'item.added'; item: Item }
  | { op: 'item.revised'; item: Item }
  | { op: 'event.changed'; event: EventState }
  | { op: 'update.changed'; update: DeskUpdate }
  | { op: 'delivery.changed'; delivery: DeskDelivery }
  | { op: 'reply.changed'; reply: DeskReply }
  | { op: 'channel.changed'; channel: ChannelState }

export interface Frame {
  type: 'frame'
  topic: string
  epoch: string
  prev: number
  offset: number
  ops: Op[]
}

export interface Delta extends Omit<Frame, 'type'> {
  type: 'delta'
}

export interface Snapshot {
  type: 'snapshot'
  topic: string
  epoch: string
  offset: number
  event: EventState
  items: Item[]
  updates: DeskUpdate[]
  replies: DeskReply[]
  channels: ChannelState[]
  more: boolean
  viewers: number | null
}

export interface Heartbeat {
  type: 'heartbeat'
  topic: string
  epoch: string
  offset: number
  digest: string
  viewers: number | null
  at: string
}

export interface Hello {
  type: 'hello'
  topic: string
  epoch?: string | null
  offset?: number | null
  ticket?: string | null
}

export type ServerFrame = Snapshot | Delta | Frame | Heartbeat
