/** Everything the desk knows and does about one event. */
import { computed, effect, signal } from '@preact/signals'
import { Acting } from '../shared/acting.ts'
import * as commands from '../shared/commands.ts'
import type { PageConfig } from '../shared/config.ts'
import { DeskStore } from '../shared/desk-state.ts'
import { t } from '../shared/i18n/index.ts'
import { modeOf } from '../shared/mode.ts'
import { Stopping } from '../shared/stopping.ts'
import { announce } from '../shared/ui/announce.tsx'
import type { DeskDelivery, DeskReply, DeskUpdate } from '../shared/wire.ts'
import { Writing } from '../shared/writing.ts'
import { Approvals } from './approvals.tsx'
import { Correcting } from './correcting.tsx'
import { Drills } from './drills.ts'
import { Duty } from './duty.tsx'
import { ReplyCounts } from './reply-counts.ts'
import { Forecasts } from './forecasts.ts'
import { href } from './route.ts'
import { TwoPeople } from './two-people.tsx'

export type Asking = 'stop' | 'end' | 'keys' | 'pinned' | 'promise' | 'templates' | 'button' | 'reply' | 'drill' | 'delegates' | 'clear' | undefined

export class Desk {
  readonly config: PageConfig
  readonly session: commands.Session
  readonly store = new DeskStore()
  readonly acting = new Acting(false)
  readonly writing: Writing
  readonly stopping: Stopping
  readonly forecasts: Forecasts
  readonly two: TwoPeople
  readonly approvals = new Approvals(this)
  readonly duty = new Duty(this)
  readonly drills = new Drills(this)
  readonly correcting: Correcting
  readonly detail = signal<commands.EventDetail | undefined>(undefined)
  /** Which dialog is open. */
  readonly asking = signal<Asking>(undefined)
  /** The template that the picker opens with; empty for the list. */
  readonly template = signal('')
  /** The reply that J and K have come to. */
  readonly replyAt = signal<string | undefined>(undefined)
  readonly repliesShown = signal<'new' | 'all'>('new')

  readonly mode = computed(() => modeOf(this.store.event.value, this.config.drill))
  readonly replies = computed(() =>
    this.counts.listed.value.filter((reply) => this.repliesShown.value === 'all' || reply.state === 'new'),
  )
  readonly counts: ReplyCounts
  private heardPlea = ''
  /** Channels that wait for a person. */
  readonly troubled = computed(() => this.store.channels.value.filter((channel) => channel.state === 'paused').length)

  constructor(config: PageConfig, session: commands.Session) {
    this.config = config
    this.session = session
    this.writing = new Writing(this.store, this.acting, config.event_id, 'desk')
    this.correcting = new Correcting(this)
    this.counts = new ReplyCounts(this.store, config.event_id)
    const { keeps } = this.store
    this.store.keeps = (reply) => keeps(reply) || reply.id === this.replyAt.peek() || reply.id === this.writing.draft.peek().answers_reply_id
    this.two = new TwoPeople(this.acting, session)
    this.forecasts = new Forecasts(this.store, config.event_id)
    this.stopping = new Stopping(this.store, this.acting, config.event_id)
  }

  async start(): Promise<void> {
    const detail = await commands.readEvent(this.config.event_id)
    this.detail.value = detail
    this.store.begin(detail)
    this.writing.lang.value = detail.event.default_lang
    this.writing.start(() => true)
    this.store.follow(this.config.event_id)
    this.forecasts.start()
    this.counts.follow()
    effect(() => this.hearPleas(this.counts.pleas.value))
    if (this.may('proposal.read')) this.two.start()
    if (this.config.drill && this.may('drill.read')) this.drills.start()
    if (this.may('reply.moderate')) this.counts.start()
    if (!this.session.policy_read && this.may('update.submit')) this.writing.reading.ask()
  }

  may(right: string): boolean {
    return this.detail.value?.rights.includes(right) ?? false
  }

  /** Open a dialog; what went wrong before is not about it. */
  ask(what: Exclude<Asking, undefined>): void {
    this.acting.trouble.value = undefined
    this.asking.value = what
  }

  /** In the composer, where its words are read and checked like any others. */
  writeAllClear(): void {
    if (this.writing.draft.value.kind !== 'all_clear') this.writing.change({ kind: 'all_clear', answers_reply_id: undefined })
    document.querySelector<HTMLTextAreaElement>('#text')?.focus()
  }

  pickTemplate(id = ''): void {
    this.template.value = id
    this.ask('templates')
  }

  /** An all clear does more than its words say: that is read first. */
  send(): void {
    const { draft, sendable, asking } = this.writing
    const can = sendable.value.kind
    const goes = can === 'ready' || can === 'hold' || can === 'offline' || can === 'approval' || (can === 'ask' && asking.value)
    if (draft.value.kind === 'all_clear' && goes) this.ask('clear')
    else this.sendNow()
  }

  sendNow(): void {
    this.writing.send((_, draft) => {
      if (this.asking.value === 'clear') this.asking.value = undefined
      if (this.writing.draft.value === draft) this.writing.load({ channels: draft.channels })
    })
  }

  askDesk(why: string): void {
    this.writing.askDesk(why, (_, draft) => {
      if (this.writing.draft.value === draft) this.writing.load({ channels: draft.channels })
    })
  }

  undo(update: DeskUpdate): void {
    void this.acting.once(`undo ${update.id}`, async () => {
      this.store.hear(await commands.undo(update.id))
      this.writing.takeBack(update)
    })
  }

  /** Taken back for good; its place is free for another. */
  withdrawPlanned(update: DeskUpdate): void {
    void this.acting.once(`undo ${update.id}`, async () => {
      this.store.hear(await commands.undo(update.id))
      announce(t('before.undone'))
    })
  }

  goLive(): void {
    void this.acting.once('live', async () => this.store.begin(await commands.goLive(this.config.event_id)), {
      refused: (error) => {
        if (!error.code.startsWith('consent_')) return false
        this.acting.trouble.value = {
          title: t('consent.first'),
          words: error.message,
          again: () => {
            this.acting.trouble.value = undefined
            location.hash = href('consent')
          },
          label: t('consent.open'),
        }
        return true
      },
    })
  }

  end(): void {
    void this.acting.once('end', async () => {
      this.store.begin(await commands.end(this.config.event_id))
      this.asking.value = undefined
    })
  }

  change(changes: Record<string, unknown>): void {
    const event = this.store.event.value
    if (!event) return
    this.acting.confirming('change', async (confirmed) => {
      const answer = await commands.changeEvent(event, confirmed ? { ...changes, confirmed } : changes)
      if (!(await this.two.tells(answer))) this.store.begin(answer)
      this.asking.value = undefined
    })
  }

  /** What counts down already keeps what it was given; the next one gets this. */
  changeDelay(delay_s: number): void {
    const event = this.store.event.value
    if (!event || event.delay_s === delay_s) return
    void this.acting.once('delay', async () => {
      const answer = await commands.changeEvent(event, { delay_s })
      if (!(await this.two.tells(answer))) {
        this.store.begin(answer)
        announce(t('delay.said', { s: delay_s }))
      }
      // The preview says the delay too.
      this.writing.previewing.refresh(this.config.event_id, this.writing.draft.value)
    })
  }

  resolve(delivery: DeskDelivery, decision: 'it_is_there' | 'send_again' | 'by_hand'): void {
    void this.acting.once(`resolve ${delivery.id}`, async () => {
      await commands.resolve(delivery.id, decision)
      announce(t(decision === 'send_again' ? 'resolve.said.again' : 'resolve.said.there'))
    })
  }

  resumeChannel(id: string): void {
    void this.acting.once(`channel ${id}`, async () => void (await commands.resumeChannel(id)))
  }

  /** Said once of each that comes while somebody sits here, on whatever page of the desk. */
  private hearPleas(pleas: readonly DeskReply[]): void {
    const fresh = pleas.filter(({ id }) => id > this.heardPlea)
    const newest = fresh.at(-1)
    if (!newest || !this.may('reply.moderate')) return
    this.heardPlea = newest.id
    announce(t('plea.came', { n: pleas.length }), 'alert')
  }

  /** To the first of those that ask for help, wherever on the desk somebody is. */
  readPlea(): void {
    location.hash = href('desk')
    this.replyAt.value = this.counts.pleas.value[0]?.id
    requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector<HTMLElement>('.tri[aria-current]')?.focus()))
  }

  /** Move the mark among the replies shown; it stays inside. */
  moveReply(by: 1 | -1): void {
    const all = this.replies.value
    const at = all.findIndex((reply) => reply.id === this.replyAt.value)
    const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + by))]
    this.replyAt.value = next?.id
  }

  decide(reply: DeskReply | undefined, decision: 'show' | 'hide'): void {
    if (!reply || reply.state === 'removed' || !this.may('reply.moderate')) return
    const all = this.replies.value
    const at = all.findIndex((one) => one.id === reply.id)
    void this.acting.once(`reply ${reply.id}`, async () => {
      this.store.hearReply(await commands.decideReply(reply, decision))
      announce(t(decision === 'show' ? 'reply.said.show' : 'reply.said.hide'))
      // The next one takes its place, so that a queue is worked with one key.
      if (this.replyAt.value === reply.id) this.replyAt.value = (all[at + 1] ?? all[at - 1])?.id
    })
  }

  answer(reply: DeskReply): void {
    this.writing.load({ answers_reply_id: reply.id, kind: 'answer', touched: this.writing.draft.value.touched, texts: this.writing.draft.value.texts })
  }
}
