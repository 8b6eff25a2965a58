/** Everything the tablet knows and does: signals down to the parts, actions up from them. */
import { computed, effect, signal } from '@preact/signals'
import { Acting } from '../shared/acting.ts'
import * as commands from '../shared/commands.ts'
import type { PageConfig } from '../shared/config.ts'
import { DeskStore } from '../shared/desk-state.ts'
import { modeOf } from '../shared/mode.ts'
import { Stopping } from '../shared/stopping.ts'
import type { DeskUpdate } from '../shared/wire.ts'
import { Writing } from '../shared/writing.ts'

/** The delays a tap on the tablet goes through, besides the event's own. */
export const DELAYS_S = [20, 60, 120] as const

export class Tablet {
  readonly config: PageConfig
  readonly session: commands.Session
  readonly store = new DeskStore()
  readonly acting = new Acting(true)
  readonly writing: Writing
  readonly stopping: Stopping
  readonly steps = signal<commands.Step[]>([])
  readonly rights = signal<ReadonlySet<string>>(new Set())

  readonly mode = computed(() => modeOf(this.store.event.value, this.config.drill))
  readonly step = computed(() => this.steps.value.find((step) => step.id === this.writing.draft.value.step_id))

  constructor(config: PageConfig, session: commands.Session) {
    this.config = config
    this.session = session
    this.writing = new Writing(this.store, this.acting, config.event_id, 'presenter')
    this.stopping = new Stopping(this.store, this.acting, config.event_id)
  }

  async start(): Promise<void> {
    const detail = await commands.readEvent(this.config.event_id)
    this.store.begin(detail)
    this.rights.value = new Set(detail.rights)
    this.writing.lang.value = detail.event.default_lang
    await this.readSteps()
    this.store.follow(this.config.event_id)
    const kept = this.writing.start((draft) => {
      const step = this.steps.value.find((one) => one.id === draft.step_id)
      return !(step && this.isSent(step))
    })
    if (!kept) this.loadNext()
    if (!this.session.policy_read && this.rights.value.has('update.submit')) this.writing.reading.ask()
    // A step sent from the desk, or undone anywhere, moves the list.
    let seen: string | undefined
    effect(() => {
      const now = this.store.updates.value.map((update) => update.id + update.state).join()
      if (seen !== undefined && now !== seen) void this.readSteps().catch(() => undefined)
      seen = now
    })
  }

  /** Follow the stream again after a session that had ended was renewed. */
  follow(): void {
    if (!this.store.ended.peek()) return
    this.store.ended.value = false
    this.store.follow(this.config.event_id)
  }

  async readSteps(): Promise<void> {
    this.steps.value = [...(await commands.readSteps(this.config.event_id))].sort((a, b) => a.n - b.n)
    // Somebody else sent what is loaded here: it must not go out a second time by one more tap.
    const step = this.step.peek()
    if (!step || !this.isSent(step) || this.acting.busy.peek().has('send')) return
    if (this.writing.isFree()) this.loadNext(step.n)
    else this.writing.change({ step_id: undefined })
  }

  updateOf(step: commands.Step): DeskUpdate | undefined {
    return step.sent_update_id ? this.store.updateById.value.get(step.sent_update_id) : undefined
  }

  /** Whether a step has been sent and not taken back. */
  isSent(step: commands.Step): boolean {
    const state = this.updateOf(step)?.state ?? step.sent_state
    return step.sent_update_id !== null && state !== 'withdrawn' && state !== 'expired'
  }

  load(step: commands.Step): void {
    this.writing.load({ texts: { ...step.texts }, key_moment: step.key_moment, step_id: step.id })
  }

  loadNext(after_n = 0): void {
    const open = this.steps.value.filter((step) => !this.isSent(step))
    const next = open.find((step) => step.n > after_n) ?? open[0]
    if (next) this.load(next)
    else this.writing.load({})
  }

  send(): void {
    const n = this.step.value?.n ?? 0
    this.writing.send((accepted, draft) => {
      this.steps.value = this.steps.value.map((step) =>
        step.id === draft.step_id ? { ...step, sent_update_id: accepted.id, sent_state: 'counting_down' } : step,
      )
      // Only if nobody has begun another text meanwhile.
      if (this.writing.draft.value === draft) this.loadNext(n)
    })
  }

  askDesk(why: string): void {
    const n = this.step.value?.n ?? 0
    this.writing.askDesk(why, (_, draft) => {
      if (this.writing.draft.value === draft) this.loadNext(n)
    })
  }

  undo(update: DeskUpdate): void {
    void this.acting.once(`undo ${update.id}`, async () => {
      this.store.hear(await commands.undo(update.id))
      const step = this.steps.value.find((one) => one.sent_update_id === update.id)
      this.steps.value = this.steps.value.map((one) => (one === step ? { ...one, sent_update_id: null, sent_state: null } : one))
      this.writing.takeBack(update, step)
    })
  }

  goLive(): void {
    void this.acting.once('live', async () => this.store.begin(await commands.goLive(this.config.event_id)))
  }

  /** The next of the usual delays. */
  changeDelay(): void {
    const event = this.store.event.value
    if (!event) return
    const next = DELAYS_S.find((s) => s > event.delay_s) ?? DELAYS_S[0]
    void this.acting.once('delay', async () => {
      this.store.begin(await commands.changeEvent(event, { delay_s: next }))
      // The preview says the delay too.
      this.writing.previewing.refresh(this.config.event_id, this.writing.draft.value)
    })
  }
}
