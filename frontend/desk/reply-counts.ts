/**
 * How many replies there are, beyond those this desk has: under a flood the desk shows what it can draw and says how
 * many more there are, and fetches older ones when somebody asks.
 */
import { computed, effect, signal } from '@preact/signals'
import { get } from '../shared/api.ts'
import type { DeskStore } from '../shared/desk-state.ts'
import { isOpenPlea, pleasOf } from '../shared/pleas.ts'
import type { DeskReply } from '../shared/wire.ts'

const LOOK_EVERY_MS = 5_000
const PAGE = 50
const PLEAS = 200
/** More than so many between two looks is a flood: they wait behind their number, and the list stays still. */
const CALM = 8
/** Drawn at once; more by a press, so that a flood does not slow the typing next to it. */
const DRAWN = 60

export interface Counts {
  new: number
  shown: number
  hidden: number
  removed: number
  /** Stored, and on their way to the desks. */
  waiting: number
  /** Undecided and asking for help. */
  asking: number
}

export class ReplyCounts {
  readonly counts = signal<Counts | undefined>(undefined)
  readonly drawn = signal(DRAWN)
  /** The newest reply that is in the list; what came after it in a flood waits. */
  private readonly upTo = signal('')
  /** Undecided and asking for help, who has waited longest first; in a flood they wait behind no number. */
  readonly pleas = computed<readonly DeskReply[]>(() => pleasOf(this.store.replies.value))
  /** Those that ask for help, then newest first without those that wait. */
  readonly listed = computed<readonly DeskReply[]>(() => {
    const all = this.store.replies.value
    const first = all.findIndex((reply) => reply.id <= this.upTo.value)
    const rest = first > 0 ? all.slice(first) : first < 0 ? [] : all
    return this.pleas.value.length ? [...this.pleas.value, ...rest.filter((reply) => !isOpenPlea(reply))] : rest
  })
  /** So many wait that some of them are not here any more: the list begins anew when they are asked for. */
  private readonly isGapped = computed(() => this.store.cutAt.value > this.upTo.value)
  readonly unseen = computed(() => (this.isGapped.value ? this.all.value : this.store.replies.value.length) - this.listed.value.length)
  private readonly store: DeskStore
  private readonly event_id: string
  /** What the stream had told of when the counts were read. */
  private cameThen = Number.POSITIVE_INFINITY
  /** The oldest of the pages that were fetched below what the stream brought. */
  private paged: Partial<Record<'new' | 'all', string>> = {}
  /** Fetched because they ask for help, whatever lies between them and the rest. */
  private readonly strays = new Set<string>()

  /** Those that came since the counts were read and were not in them. */
  private readonly fresh = computed(() => Math.max(0, this.store.came.value - this.cameThen - (this.counts.value?.waiting ?? 0)))
  readonly all = computed(() => {
    const here = this.store.replies.value.length
    const known = this.counts.value
    return Math.max(here, known ? known.new + known.shown + known.hidden + known.removed + known.waiting + this.fresh.value : here + this.store.letGo.value)
  })
  /** What this desk has, it knows better than a number of some seconds ago; the rest is as it was counted. */
  readonly undecided = computed(() => {
    const replies = this.store.replies.value
    const here = replies.filter((reply) => reply.state === 'new').length
    const there = (this.counts.value?.new ?? 0) + (this.counts.value?.waiting ?? 0) + this.fresh.value
    return here + Math.min(this.all.value - replies.length, Math.max(0, there - here))
  })

  constructor(store: DeskStore, event_id: string) {
    this.store = store
    this.event_id = event_id
    // What is drawn does not vanish because something newer came.
    store.keeps = (reply) => this.listed.peek().slice(0, this.drawn.peek()).some((one) => one.id === reply.id)
  }

  /** Let in what waits. */
  showNew(): void {
    const isGapped = this.isGapped.peek()
    this.upTo.value = this.store.replies.peek()[0]?.id ?? ''
    this.drawn.value = DRAWN
    if (!isGapped) return
    this.store.forgetReplies(this.store.cutAt.peek())
    this.paged = {}
  }

  /** A few at a time come in by themselves, and so does everything there was before this desk was opened. */
  follow(): void {
    effect(() => {
      const newest = this.store.replies.value[0]?.id
      if (newest && newest > this.upTo.peek() && (this.upTo.peek() === '' || this.unseen.peek() <= CALM)) this.upTo.value = newest
    })
  }

  start(): void {
    const look = () => {
      if (document.visibilityState === 'visible' && this.store.liveness.peek() === 'live') void this.read().catch(() => undefined)
    }
    void this.read().catch(() => undefined)
    setInterval(look, LOOK_EVERY_MS)
  }

  async read(): Promise<void> {
    const counts = await get<Counts>(`events/${this.event_id}/replies/counts`)
    this.cameThen = this.store.arrived
    this.counts.value = counts
    if (counts.asking > this.pleas.peek().length) await this.readPleas()
  }

  /** Those that ask for help and came before what this desk has, or were let go in a flood. */
  private async readPleas(): Promise<void> {
    const here = new Set(this.store.replies.peek().map(({ id }) => id))
    const page = await get<{ items: DeskReply[] }>(`events/${this.event_id}/replies?state=new&label=help&limit=${PLEAS}`)
    const missing = page.items.filter(({ id }) => !here.has(id))
    for (const { id } of missing) this.strays.add(id)
    if (missing.length) this.store.hearReplies(missing)
  }

  /** Draw more of what is here, and fetch a page of what is not. */
  async more(state: 'new' | 'all', here: readonly DeskReply[]): Promise<void> {
    if (here.length > this.drawn.value) {
      this.drawn.value += DRAWN
      return
    }
    const oldest = this.paged[state] ?? this.oldestOf(here)?.id
    const query = new URLSearchParams({ limit: String(PAGE) })
    if (state === 'new') query.set('state', 'new')
    if (oldest) query.set('cursor', oldest)
    const page = await get<{ items: DeskReply[] }>(`events/${this.event_id}/replies?${query}`)
    this.store.hearReplies(page.items)
    const last = page.items.at(-1)
    if (last) this.paged[state] = last.id
    this.drawn.value += page.items.length
    await this.read()
  }

  /** The last before which none is missing; below the cut only some have stayed. */
  private oldestOf(here: readonly DeskReply[]): DeskReply | undefined {
    const cutAt = this.isGapped.peek() ? '' : this.store.cutAt.peek()
    return here.filter((reply) => reply.id > cutAt && !this.strays.has(reply.id)).reduce<DeskReply | undefined>((a, b) => (a && a.id < b.id ? a : b), undefined)
  }
}
