/**
 * How many replies there are, beyond those this desk has: under a flood the desk shows what it can draw and says how
 * many more there are, and fetches older ones when somebody asks.
 */
import { computed, effect, signal } from '@preact/signals'
import { get } from '../shared/api.ts'
import type { DeskStore } from '../shared/desk-state.ts'
import type { DeskReply } from '../shared/wire.ts'

const LOOK_EVERY_MS = 5_000
const PAGE = 50
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
}

export class ReplyCounts {
  readonly counts = signal<Counts | undefined>(undefined)
  readonly drawn = signal(DRAWN)
  /** The newest reply that is in the list; what came after it in a flood waits. */
  private readonly upTo = signal('')
  /** Newest first, without those that wait. */
  readonly listed = computed<readonly DeskReply[]>(() => {
    const all = this.store.replies.value
    const first = all.findIndex((reply) => reply.id <= this.upTo.value)
    return first > 0 ? all.slice(first) : first < 0 ? [] : all
  })
  readonly unseen = computed(() => this.store.replies.value.length - this.listed.value.length)
  private readonly store: DeskStore
  private readonly event_id: string

  /** How many there are that this desk does not have; what it has, it knows better than a number of some seconds ago. */
  private readonly elsewhere = computed(() => {
    const known = this.counts.value
    if (!known) return 0
    return Math.max(0, known.new + known.shown + known.hidden + known.removed + known.waiting - this.store.replies.value.length)
  })
  readonly undecided = computed(() => {
    const here = this.store.replies.value.filter((reply) => reply.state === 'new').length
    const there = (this.counts.value?.new ?? 0) + (this.counts.value?.waiting ?? 0)
    return here + Math.min(this.elsewhere.value, Math.max(0, there - here))
  })
  readonly all = computed(() => this.store.replies.value.length + this.elsewhere.value)

  constructor(store: DeskStore, event_id: string) {
    this.store = store
    this.event_id = event_id
  }

  /** Let in what waits. */
  showNew(): void {
    this.upTo.value = this.store.replies.peek()[0]?.id ?? ''
    this.drawn.value = DRAWN
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
    this.counts.value = await get<Counts>(`events/${this.event_id}/replies/counts`)
  }

  /** Draw more of what is here, and fetch a page of what is not. */
  async more(state: 'new' | 'all', here: readonly DeskReply[]): Promise<void> {
    if (here.length > this.drawn.value) {
      this.drawn.value += DRAWN
      return
    }
    const oldest = here.reduce<DeskReply | undefined>((a, b) => (a && a.id < b.id ? a : b), undefined)
    const query = new URLSearchParams({ limit: String(PAGE) })
    if (state === 'new') query.set('state', 'new')
    if (oldest) query.set('cursor', oldest.id)
    const page = await get<{ items: DeskReply[] }>(`events/${this.event_id}/replies?${query}`)
    this.store.hearReplies(page.items)
    this.drawn.value += page.items.length
    await this.read()
  }
}
