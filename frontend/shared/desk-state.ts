/**
 * What a staff screen knows: the `desk` topic's timeline as signals, in the shapes that the parts ask for.
 *
 * `stream.ts` keeps the timeline true; nothing here changes it.
 */
import { computed, signal } from '@preact/signals'
import { streamTicket } from './commands.ts'
import { follow, type Liveness, type Stream } from './stream.ts'
import { serverSaidItIs } from './tick.ts'
import type { Timeline } from './timeline.ts'
import { msSinceKey } from './typing.ts'
import type { ChannelState, DeskReply, DeskUpdate, EventState, ServerFrame } from './wire.ts'

const NONE: readonly never[] = []
const DRAW_MS = 200
/** Replies that nobody waits for are drawn in a pause of typing, or after so long. */
const PAUSE_MS = 150
const PATIENCE_MS = 1_000

/** `known` with those of `heard` that are newer or not among them. */
function newer<T extends { id: string; version: number }>(known: readonly T[], heard: ReadonlyMap<string, T>): T[] {
  const ids = new Set(known.map((one) => one.id))
  const merged = known.map((one) => {
    const other = heard.get(one.id)
    return other && other.version > one.version ? other : one
  })
  return [...[...heard.values()].filter((one) => !ids.has(one.id)), ...merged]
}

export class DeskStore {
  readonly timeline = signal<Pick<Timeline, 'event' | 'updates' | 'replies' | 'channels' | 'cutReplies' | 'letGo'> | undefined>(undefined)
  /** The stream has said what there is: before that, what is not here is not known to be nowhere. */
  readonly isKnown = computed(() => this.timeline.value !== undefined)
  readonly liveness = signal<Liveness>('connecting')
  readonly viewers = signal<number | null>(null)
  /** The server said that this person may not listen any more. */
  readonly ended = signal(false)
  private newest: Timeline | undefined
  /** `came` before it is drawn. */
  arrived = 0
  private stream: Stream | undefined
  private pause: ReturnType<typeof setTimeout> | undefined
  private readonly heardUpdates = signal<ReadonlyMap<string, DeskUpdate>>(new Map())
  private readonly heardReplies = signal<ReadonlyMap<string, DeskReply>>(new Map())
  private readonly answered = signal<EventState | undefined>(undefined)

  /** The event as the stream or an answer to a command of ours knows it, whichever is newer. */
  readonly event = computed(() => {
    const streamed = this.timeline.value?.event
    const answered = this.answered.value
    return streamed && (!answered || streamed.version >= answered.version) ? streamed : answered
  })
  // Each by itself, so that a flood of replies draws replies and nothing else.
  private readonly heldUpdates = computed(() => this.timeline.value?.updates ?? NONE)
  private readonly heldReplies = computed(() => this.timeline.value?.replies ?? NONE)
  private readonly heldChannels = computed(() => this.timeline.value?.channels ?? NONE)
  readonly channels = computed<readonly ChannelState[]>(() => this.heldChannels.value)
  readonly channelById = computed(() => new Map(this.channels.value.map((channel) => [channel.id, channel])))
  /** Newest first; as the stream or an answer to a command of ours knows each, whichever is newer. */
  readonly updates = computed<readonly DeskUpdate[]>(() =>
    newer(this.heldUpdates.value, this.heardUpdates.value).sort((a, b) => b.seq - a.seq),
  )
  readonly updateById = computed(() => new Map(this.updates.value.map((update) => [update.id, update])))
  /** Newest first. */
  readonly replies = computed<readonly DeskReply[]>(() => {
    const known = this.heldReplies.value
    if (!this.heardReplies.value.size) return known
    // Ids grow with time, and pages that were asked for hold the older ones.
    return newer(known, this.heardReplies.value).sort((a, b) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0))
  })
  /** How many replies have come by the stream since this page was opened, beside those that were there. */
  readonly came = signal(0)
  /** How many of all that were told are not here any more. */
  readonly letGo = computed(() => this.timeline.value?.letGo ?? 0)
  /** The newest reply that this page has let go: from here down the list is what was kept or fetched. */
  readonly cutAt = computed(() => this.timeline.value?.cutReplies?.[1] ?? '')
  /** Which replies stay although the page lets go their like: those somebody is looking at. */
  keeps: (reply: DeskReply) => boolean = () => false
  /** Soonest first; on hold in the order they were accepted. */
  readonly counting = computed(() =>
    this.updates.value
      // What is planned for another day has a list of its own: it goes at its time, not in so many seconds.
      .filter((update) => update.state === 'counting_down' && !update.planned_at)
      .sort((a, b) => (a.release_at ?? '').localeCompare(b.release_at ?? '') || a.seq - b.seq),
  )
  /** Planned before the event and standing, the soonest first. */
  readonly planned = computed(() =>
    this.updates.value
      .filter((update) => update.planned_at !== null && update.state !== 'withdrawn' && update.state !== 'expired')
      .sort((a, b) => (a.planned_at ?? '').localeCompare(b.planned_at ?? '')),
  )
  /** What nobody has seen whole yet: counting down, or released with deliveries that wait or that a stop has held. */
  readonly waiting = computed(() =>
    this.updates.value
      .filter(
        (update) =>
          update.state === 'counting_down' ||
          (update.state === 'released' &&
            update.deliveries.some(
              (delivery) => delivery.state === 'queued' || (delivery.state === 'held' && delivery.reason === 'stopped'),
            )),
      )
      .sort((a, b) => a.seq - b.seq),
  )

  /** The event as an answer gave it. */
  begin(detail: { event: EventState }): void {
    this.answered.value = detail.event
  }

  /** What an answer says is true now; the frame that says it to everybody may still be on its way. */
  hear(update: DeskUpdate): void {
    this.heardUpdates.value = new Map(this.heardUpdates.value).set(update.id, update)
  }

  hearReplies(replies: readonly DeskReply[]): void {
    const heard = new Map(this.heardReplies.value)
    for (const reply of replies) heard.set(reply.id, reply)
    this.heardReplies.value = heard
  }

  hearReply(reply: DeskReply): void {
    this.heardReplies.value = new Map(this.heardReplies.value).set(reply.id, reply)
  }

  /** Those older than an id go unless somebody looks at them, and come again as pages. */
  forgetReplies(before: string): void {
    this.heardReplies.value = new Map([...this.heardReplies.value].filter(([id, reply]) => id > before || this.keeps(reply)))
  }

  /** What the message changes of replies that are here beside the timeline, and which of those it lets go stay here. */
  private follows(timeline: Timeline, message: ServerFrame): void {
    const known = (of: Timeline | undefined): number => (of?.replies.length ?? 0) + (of?.letGo ?? 0)
    if (message.type !== 'snapshot') this.arrived += known(timeline) - known(this.newest)
    const heard = this.heardReplies.peek()
    const fresh = 'ops' in message && heard.size ? message.ops.flatMap((op) => (op.op === 'reply.changed' && heard.has(op.reply.id) ? [op.reply] : [])) : NONE
    const held = timeline.cutReplies !== this.newest?.cutReplies && new Set(timeline.replies.map(({ id }) => id))
    const kept = held && message.type !== 'snapshot' ? (this.newest?.replies ?? NONE).filter((one) => !held.has(one.id) && this.keeps(one)) : NONE
    if (fresh.length || kept.length) this.hearReplies([...kept, ...fresh])
  }

  /** The first change at once, a flood of them five times a second: drawing must not get in the way of typing. */
  private show(timeline: Timeline): void {
    this.newest = timeline
    if (this.pause) return
    this.timeline.value = timeline
    this.came.value = this.arrived
    this.pause = setTimeout(() => this.showMore(Date.now()), DRAW_MS)
  }

  private showMore(since: number): void {
    this.pause = undefined
    const [shown, newest] = [this.timeline.peek(), this.newest]
    if (!newest || newest === shown) return
    const isRepliesOnly = newest.event === shown?.event && newest.updates === shown.updates && newest.channels === shown.channels
    if (isRepliesOnly && msSinceKey() < PAUSE_MS && Date.now() - since < PATIENCE_MS) this.pause = setTimeout(() => this.showMore(since), PAUSE_MS)
    else this.show(newest)
  }

  /** The server answers again: do not wait for the stream's own patience to run out. */
  nudge(): void {
    if (this.liveness.peek() !== 'live' && this.liveness.peek() !== 'connecting') this.stream?.refresh()
  }

  /** Listen to the desk topic until the page closes. */
  follow(event_id: string): void {
    const topic = `${event_id}:desk`
    this.stream = follow({
      topic,
      ticket: async () => (await streamTicket(topic)).ticket,
      onTimeline: (timeline, message) => {
        if (message.type === 'snapshot' && message.viewers !== null) this.viewers.value = message.viewers
        this.follows(timeline, message)
        this.show(timeline)
      },
      onLiveness: (liveness) => (this.liveness.value = liveness),
      onHeartbeat: (heartbeat) => {
        serverSaidItIs(heartbeat.at)
        if (heartbeat.viewers !== null) this.viewers.value = heartbeat.viewers
      },
      onEnd: () => (this.ended.value = true),
    })
  }
}
