/**
 * What a viewer does with a message: (timeline, snapshot | delta | frame) -> timeline. Pure.
 *
 * The twin of app/broadcast/timeline.py; both run the cases of tests/fixtures/timeline. At or below my offset:
 * ignore. Follows on, or is a delta that begins before it: apply by id and version. Another epoch or a gap:
 * `undefined`, ask again.
 *
 * A page is open for days, so what it holds is bounded here, which the twin is not: beyond the newest `MOST_ITEMS` and
 * `MOST_REPLIES` the oldest are let go. What comes later of one that was let go does not put it back as if it were the
 * next one; whoever still shows it takes the change from the message itself.
 */
import { isOpenPlea } from './pleas.ts'
import type { ChannelState, DeskDelivery, DeskReply, DeskUpdate, EventState, Item, Op, ServerFrame, Snapshot } from './wire.ts'

export const DIGEST_ITEMS = 50
/** Held at most of what the public reads; a flood of replies must not push updates out, so so many of them stay below. */
export const MOST_ITEMS = 1_000
/** Held at most at a desk; older ones come as pages when somebody asks. Those a tablet may answer and those that ask for help stay. */
export const MOST_REPLIES = 400
export const MOST_BELOW = 200

export type Key = readonly [ms: number, id: string]

export interface Timeline {
  readonly topic: string
  readonly epoch: string
  readonly offset: number
  readonly event: EventState
  /** Newest first. From `floor` up nothing is missing; null when there are no older ones at all. */
  readonly items: readonly Item[]
  readonly updates: readonly DeskUpdate[]
  readonly replies: readonly DeskReply[]
  readonly channels: readonly ChannelState[]
  readonly more: boolean
  readonly floor: Key | null
  /** The newest that was let go: at and below it, what is not held stays out. */
  readonly cut?: Key
  readonly cutReplies?: Key
  /** How many replies were let go since the snapshot. */
  readonly letGo?: number
}

export const itemKey = (item: Item): Key => [Date.parse(item.at), item.id]

const less = (a: Key, b: Key): boolean => a[0] < b[0] || (a[0] === b[0] && a[1] < b[1])

export function fromSnapshot({ type: _, viewers: _viewers, ...whole }: Snapshot): Timeline {
  const last = whole.items.at(-1)
  return { ...whole, floor: whole.more && last ? itemKey(last) : null }
}

/** The timeline after one message: the same object if nothing changed, `undefined` if only asking again helps. */
export function take(timeline: Timeline | undefined, message: ServerFrame): Timeline | undefined {
  if (message.type === 'snapshot') return fromSnapshot(message)
  if (!timeline || message.epoch !== timeline.epoch) return undefined
  if (message.offset <= timeline.offset) return timeline
  if (message.type === 'heartbeat' || message.prev > timeline.offset) return undefined
  if (message.type === 'frame' && message.prev < timeline.offset) return undefined
  // A flood is put in at one go: one by one, each would look through and copy all that are held.
  const ops = timeline.cut || timeline.cutReplies ? message.ops.filter(staysIn(timeline)) : message.ops
  const replies = many(ops.flatMap((op) => (op.op === 'reply.changed' ? [op.reply] : [])))
  const items = many(ops.flatMap((op) => ('item' in op ? [op.item] : [])))
  const others = ops.filter((op) => !(replies && op.op === 'reply.changed') && !(items && 'item' in op))
  const next = others.reduce(apply, timeline)
  return bounded({
    ...next,
    ...(replies && { replies: putMany(next.replies, replies, placeOfReply) }),
    ...(items && { items: putMany(next.items, items, itemKey, (item) => item.state === 'removed') }),
    offset: message.offset,
  })
}

/** Let through and not answered yet, which a tablet offers to its presenter; or somebody asks for help. */
const isOpen = (reply: DeskReply): boolean => (reply.state === 'shown' && !reply.answered_by_update_id) || isOpenPlea(reply)

/** Whether an op may be applied: not if it is of something that was let go and would not have been kept. */
function staysIn({ cut, cutReplies, items, replies }: Timeline): (op: Op) => boolean {
  const isIn = <T extends { id: string }>(thing: T, held: readonly T[], place: Key, end: Key | undefined): boolean =>
    end === undefined || less(end, place) || held.some((one) => one.id === thing.id)
  return (op) => {
    if ('item' in op) return isIn(op.item, items, itemKey(op.item), cut)
    if (op.op === 'reply.changed') return isOpen(op.reply) || isIn(op.reply, replies, placeOfReply(op.reply), cutReplies)
    return true
  }
}

/** The newest, and of the older ones those that stay; `undefined` while there are not too many. */
function newest<T>(all: readonly T[], most: number, stays: (thing: T) => boolean): readonly T[] | undefined {
  // A tenth more than that first, so that a flood does not cut with every frame.
  if (all.length <= (most + MOST_BELOW) * 1.1) return undefined
  return [...all.slice(0, most), ...all.slice(most).filter(stays).slice(0, MOST_BELOW)]
}

function bounded(timeline: Timeline): Timeline {
  const items = newest(timeline.items, MOST_ITEMS, (item) => item.type === 'update')
  const replies = newest(timeline.replies, MOST_REPLIES, isOpen)
  if (!items && !replies) return timeline
  return {
    ...timeline,
    ...(items && { items, cut: itemKey(timeline.items[MOST_ITEMS]!), floor: itemKey(items[MOST_ITEMS - 1]!), more: true }),
    ...(replies && {
      replies,
      cutReplies: placeOfReply(timeline.replies[MOST_REPLIES]!),
      letGo: (timeline.letGo ?? 0) + timeline.replies.length - replies.length,
    }),
  }
}

/** The items from the floor up, where nothing is missing. */
function whole({ items, floor }: Timeline): readonly Item[] {
  return floor ? items.filter((item) => !less(itemKey(item), floor)) : items
}

/** The things, if there are enough of them and none comes twice. */
function many<T extends { id: string }>(things: readonly T[]): readonly T[] | undefined {
  return things.length > FEW && new Set(things.map(({ id }) => id)).size === things.length ? things : undefined
}

const FEW = 4
const placeOfReply = (one: DeskReply): Key => [Date.parse(one.received_at), one.id]

/** What `put` makes of them one after the other: two lists in order become one. */
function putMany<T extends { id: string; version: number }>(
  held: readonly T[],
  news: readonly T[],
  place: (thing: T) => Key,
  isGone: (thing: T) => boolean = () => false,
): readonly T[] {
  const known = new Map(held.map((one) => [one.id, one]))
  const fresh = new Map(news.filter((one) => (known.get(one.id)?.version ?? 0) <= one.version).map((one) => [one.id, one]))
  const coming = [...fresh.values()].filter((one) => !isGone(one)).sort((a, b) => (less(place(a), place(b)) ? 1 : -1))
  const staying = held.filter((one) => !fresh.has(one.id))
  const all: T[] = []
  let at = 0
  for (const one of coming) {
    const mine = place(one)
    while (at < staying.length && !less(place(staying[at]!), mine)) all.push(staying[at++]!)
    all.push(one)
  }
  return at < staying.length ? all.concat(staying.slice(at)) : all
}

function apply(timeline: Timeline, op: Op): Timeline {
  switch (op.op) {
    case 'item.added':
    case 'item.revised':
      return { ...timeline, items: put(timeline.items, op.item, itemKey, op.item.state === 'removed') }
    case 'event.changed':
      return op.event.version >= timeline.event.version ? { ...timeline, event: op.event } : timeline
    case 'update.changed':
      return { ...timeline, updates: put(timeline.updates, op.update, (one) => [one.seq, '']) }
    case 'delivery.changed':
      return { ...timeline, updates: timeline.updates.map((update) => withDelivery(update, op.delivery)) }
    case 'reply.changed':
      return { ...timeline, replies: put(timeline.replies, op.reply, placeOfReply) }
    case 'channel.changed':
      return { ...timeline, channels: put(timeline.channels, op.channel) }
  }
}

function withDelivery(update: DeskUpdate, delivery: DeskDelivery): DeskUpdate {
  return update.id === delivery.update_id ? { ...update, deliveries: [...put(update.deliveries, delivery)] } : update
}

/** `held` with `thing` in its place unless a newer one is there; descending by `place`, or by arrival. */
function put<T extends { id: string; version: number }>(
  held: readonly T[],
  thing: T,
  place?: (thing: T) => Key,
  gone = false,
): readonly T[] {
  const at = held.findIndex((known) => known.id === thing.id)
  const known = held[at]
  if (known && known.version > thing.version) return held
  if (known && !gone && (!place || String(place(known)) === String(place(thing)))) return held.with(at, thing)
  const others = known ? held.toSpliced(at, 1) : held
  if (gone) return others
  const mine = place?.(thing)
  const before = mine ? others.findIndex((other) => less(place!(other), mine)) : -1
  return others.toSpliced(before < 0 ? others.length : before, 0, thing)
}

const MASK = (1n << 64n) - 1n

function fnv1a64(text: string): bigint {
  let value = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(text)) value = ((value ^ BigInt(byte)) * 0x100000001b3n) & MASK
  return value
}

function itemWords(item: Item): string {
  const flags = (item.key_moment ? 'k' : '') + (item.pinned ? 'p' : '') + (item.late ? 'l' : '')
  const texts = Object.entries(item.texts).sort(([a], [b]) => (a < b ? -1 : 1))
  const words = [item.id, item.state, item.label, item.of ?? '', item.by ?? '', flags]
  return [...words, ...texts.map(([lang, text]) => `${lang}=${text}`)].join('\x1f')
}

/** To compare with a heartbeat at the same offset; '' when too little is held to tell. */
export function digest(timeline: Timeline): string {
  const { event, more } = timeline
  const all = whole(timeline)
  if (more && all.length < DIGEST_ITEMS) return ''
  let sum = fnv1a64(['event', event.id, event.state, event.sending, event.title, event.headline].join('\x1f'))
  for (const item of all.slice(0, DIGEST_ITEMS)) sum += fnv1a64(itemWords(item))
  return (sum & MASK).toString(16).padStart(16, '0')
}
