/**
 * What a staff screen knows: the `desk` topic's snapshot with its frames applied, as signals.
 *
 * The reduction is pure (`withOps`); the store around it only holds the result. Versions decide, so that an answer to
 * our own command and the frame that tells everybody may come in either order.
 */
import { computed, signal } from '@preact/signals'
import type { ChannelState, DeskDelivery, DeskReply, DeskUpdate, EventState, Op, Snapshot } from './wire.ts'

export interface DeskState {
  event: EventState | undefined
  updates: ReadonlyMap<string, DeskUpdate>
  replies: ReadonlyMap<string, DeskReply>
  channels: ReadonlyMap<string, ChannelState>
}

export const EMPTY: DeskState = { event: undefined, updates: new Map(), replies: new Map(), channels: new Map() }

interface Versioned {
  id: string
  version: number
}

function put<T extends Versioned>(map: ReadonlyMap<string, T>, item: T): ReadonlyMap<string, T> {
  const held = map.get(item.id)
  return held && held.version > item.version ? map : new Map(map).set(item.id, item)
}

function withDelivery(update: DeskUpdate, delivery: DeskDelivery): DeskUpdate {
  const held = update.deliveries.find((one) => one.id === delivery.id)
  if (held && held.version > delivery.version) return update
  const deliveries = held
    ? update.deliveries.map((one) => (one.id === delivery.id ? delivery : one))
    : [...update.deliveries, delivery]
  return { ...update, deliveries }
}

/** An update may be told without the newest of its deliveries: keep the newer of each. */
function withUpdate(updates: ReadonlyMap<string, DeskUpdate>, update: DeskUpdate): ReadonlyMap<string, DeskUpdate> {
  const held = updates.get(update.id)
  if (held && held.version > update.version) return updates
  const merged = (held?.deliveries ?? []).reduce(withDelivery, update)
  return new Map(updates).set(update.id, merged)
}

export function withOps(state: DeskState, ops: readonly Op[]): DeskState {
  let { event, updates, replies, channels } = state
  for (const op of ops) {
    switch (op.op) {
      case 'event.changed':
        if (!event || event.version <= op.event.version) event = op.event
        break
      case 'update.changed':
        updates = withUpdate(updates, op.update)
        break
      case 'delivery.changed': {
        const update = updates.get(op.delivery.update_id)
        if (update) updates = new Map(updates).set(update.id, withDelivery(update, op.delivery))
        break
      }
      case 'reply.changed':
        replies = put(replies, op.reply)
        break
      case 'channel.changed':
        channels = put(channels, op.channel)
        break
      case 'item.added':
      case 'item.revised':
        break // the public's view of it; the desk has the whole
    }
  }
  return { event, updates, replies, channels }
}

export function fromSnapshot(snapshot: Pick<Snapshot, 'event' | 'updates' | 'replies' | 'channels'>): DeskState {
  const byId = <T extends Versioned>(all: readonly T[]) => new Map(all.map((one) => [one.id, one]))
  return {
    event: snapshot.event,
    updates: byId(snapshot.updates),
    replies: byId(snapshot.replies),
    channels: byId(snapshot.channels),
  }
}

export type Connection = 'connecting' | 'live' | 'reconnecting' | 'not-live'

export class DeskStore {
  readonly state = signal<DeskState>(EMPTY)
  readonly connection = signal<Connection>('connecting')
  readonly viewers = signal<number | null>(null)

  readonly event = computed(() => this.state.value.event)
  readonly channels = computed(() => [...this.state.value.channels.values()])
  /** Newest first. */
  readonly updates = computed(() => [...this.state.value.updates.values()].sort((a, b) => b.seq - a.seq))
  /** Soonest first; on hold in the order they were accepted. */
  readonly counting = computed(() =>
    this.updates.value
      .filter((update) => update.state === 'counting_down')
      .sort((a, b) => (a.release_at ?? '').localeCompare(b.release_at ?? '') || a.seq - b.seq),
  )
  /** Newest first. */
  readonly replies = computed(() =>
    [...this.state.value.replies.values()].sort((a, b) => b.received_at.localeCompare(a.received_at)),
  )

  apply(...ops: Op[]): void {
    this.state.value = withOps(this.state.value, ops)
  }
}
