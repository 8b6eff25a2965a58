/** Everything the tablet knows and does: signals down to the parts, actions up from them. */
import { computed, effect, signal } from '@preact/signals'
import { ApiError, NoAnswer } from '../shared/api.ts'
import * as commands from '../shared/commands.ts'
import type { PageConfig } from '../shared/config.ts'
import { openDeskFeed } from '../shared/desk-feed.ts'
import { DeskStore } from '../shared/desk-state.ts'
import { EMPTY_DRAFT, replaced, sendableOf, submitBody, type Draft, type GuardSpan } from '../shared/draft.ts'
import { t } from '../shared/i18n/index.ts'
import { KeyBook, newKey } from '../shared/key-book.ts'
import { modeOf } from '../shared/mode.ts'
import { Previewing } from '../shared/previewing.ts'
import { now_ms } from '../shared/tick.ts'
import { announce } from '../shared/ui/announce.tsx'
import type { DeskUpdate } from '../shared/wire.ts'

/** Older than this, what waited is asked about before it goes on. */
const OLD_MS = 10 * 60_000
/** A glove bounces: a second touch so soon after is the same touch. */
const BOUNCE_MS = 400

export interface Trouble {
  title: string
  words: string
  again?: () => void
}

export class Tablet {
  readonly store = new DeskStore()
  readonly previewing = new Previewing()
  readonly config: PageConfig
  readonly steps = signal<commands.Step[]>([])
  readonly draft = signal<Draft>(EMPTY_DRAFT)
  readonly lang = signal('en')
  readonly trouble = signal<Trouble | undefined>(undefined)
  readonly busy = signal<ReadonlySet<string>>(new Set())
  readonly asking = signal(false)
  readonly choosing = signal(false)
  /** Since when this tablet has seen the event on hold. */
  readonly held_since_ms = signal<number | undefined>(undefined)
  private readonly book: KeyBook<Record<string, unknown>>
  private touched_at = 0

  readonly mode = computed(() => modeOf(this.store.event.value, this.config.drill))
  readonly sendable = computed(() => sendableOf(this.draft.value, this.previewing.current.value, this.store.event.value))
  readonly step = computed(() => this.steps.value.find((step) => step.id === this.draft.value.step_id))
  readonly byId = computed(() => this.store.state.value.updates)

  constructor(config: PageConfig) {
    this.config = config
    this.book = new KeyBook(localStorage, `tocsin.unanswered.${config.event_id}`, newKey)
  }

  async start(): Promise<void> {
    const detail = await commands.readEvent(this.config.event_id)
    this.store.apply({ op: 'event.changed', event: detail })
    this.lang.value = detail.default_lang
    await this.readSteps()
    this.restoreDraft()
    openDeskFeed(this.store, this.config.event_id)
    this.previewing.follow(this.config.event_id, this.draft)
    effect(() => this.keepDraft())
    effect(() => {
      const held = this.store.event.value?.sending === 'hold'
      if (held !== (this.held_since_ms.peek() !== undefined)) this.held_since_ms.value = held ? Date.now() : undefined
    })
    effect(() => {
      if (this.store.connection.value === 'live') this.previewing.again(this.config.event_id, this.draft.peek())
    })
    // A step sent from the desk, or undone anywhere, moves the list.
    let seen = ''
    effect(() => {
      const now = this.store.updates.value.map((update) => update.id + update.state).join()
      if (seen && now !== seen) void this.readSteps().catch(() => undefined)
      seen = now
    })
    if (this.book.all().length) this.offerUnanswered()
  }

  async readSteps(): Promise<void> {
    this.steps.value = [...(await commands.readSteps(this.config.event_id))].sort((a, b) => a.n - b.n)
  }

  updateOf(step: commands.Step): DeskUpdate | undefined {
    return step.sent_update_id ? this.byId.value.get(step.sent_update_id) : undefined
  }

  /** Whether a step has been sent and not taken back. */
  isSent(step: commands.Step): boolean {
    const state = this.updateOf(step)?.state
    return step.sent_update_id !== null && state !== 'withdrawn' && state !== 'expired'
  }

  load(step: commands.Step): void {
    this.asking.value = false
    this.draft.value = { ...EMPTY_DRAFT, texts: { ...step.texts }, key_moment: step.key_moment, step_id: step.id }
  }

  loadNext(after_n = 0): void {
    const open = this.steps.value.filter((step) => !this.isSent(step))
    const next = open.find((step) => step.n > after_n) ?? open[0]
    if (next) this.load(next)
    else this.draft.value = EMPTY_DRAFT
  }

  writeOwn(): void {
    this.asking.value = false
    this.draft.value = EMPTY_DRAFT
  }

  type(lang: string, text: string): void {
    this.asking.value = false
    const { texts } = this.draft.value
    this.draft.value = { ...this.draft.value, touched: true, texts: { ...texts, [lang]: text } }
  }

  toggleKey(): void {
    this.draft.value = { ...this.draft.value, key_moment: !this.draft.value.key_moment }
  }

  useReplacement(span: GuardSpan): void {
    const lang = span.lang ?? this.store.event.value?.default_lang ?? this.lang.value
    this.type(lang, replaced(this.draft.value.texts[lang] ?? '', span))
  }

  /** The one big button. What it does is what `sendable` says. */
  send(): void {
    const can = this.sendable.value
    if (can.kind === 'ask' && !this.asking.value) {
      this.asking.value = true
      return
    }
    if (can.kind !== 'ready' && can.kind !== 'hold' && can.kind !== 'ask') return
    const draft = this.draft.value
    const n = this.step.value?.n ?? 0
    const body = submitBody(draft, 'presenter', can.kind === 'ask')
    void this.once('send', async () => {
      const accepted = await commands.submit(this.book, this.config.event_id, body, new Date().toISOString())
      announce(t(can.kind === 'hold' ? 'send.said.hold' : 'send.said', { s: Math.round(this.previewing.last.value?.delay_s ?? 0) }))
      if (draft.step_id) {
        this.steps.value = this.steps.value.map((step) =>
          step.id === draft.step_id ? { ...step, sent_update_id: accepted.id } : step,
        )
      }
      // Only if nobody has begun another text meanwhile.
      if (this.draft.value === draft) this.loadNext(n)
    }, () => this.send())
  }

  undo(update: DeskUpdate): void {
    void this.once(`undo ${update.id}`, async () => {
      await commands.undo(update.id)
      const step = this.steps.value.find((one) => one.sent_update_id === update.id)
      this.steps.value = this.steps.value.map((one) => (one === step ? { ...one, sent_update_id: null } : one))
      const free = !this.draft.value.touched || Object.values(this.draft.value.texts).every((text) => !text.trim())
      if (free) {
        this.draft.value = {
          ...EMPTY_DRAFT,
          texts: { ...update.texts },
          channel_texts: { ...update.channel_texts },
          key_moment: update.key_moment,
          step_id: step?.id,
          touched: true,
        }
      }
      announce(t(free ? 'count.undone' : 'count.undone.kept'))
    })
  }

  hold(): void {
    void this.once('hold', async () => {
      await commands.hold(this.config.event_id)
      announce(t('mode.hold.sub'))
    }, () => this.hold())
  }

  /** What waited long is asked about first; the rest goes on as it was. */
  resume(): void {
    const waiting = this.store.counting.value
    const old = waiting.some((update) => now_ms.value - Date.parse(update.received_at) > OLD_MS)
    if (old) this.choosing.value = true
    else this.resumeWith(waiting.map((update) => update.id), [])
  }

  resumeWith(keep: string[], drop: string[]): void {
    void this.once('resume', async () => {
      await commands.resume(this.config.event_id, keep, drop)
      this.choosing.value = false
    })
  }

  stop(): void {
    void this.once('stop', async () => {
      const event = await commands.stop(this.config.event_id)
      if (event?.id) this.store.apply({ op: 'event.changed', event })
      announce(t('stopped.title'), 'alert')
    }, () => this.stop(), true)
  }

  restart(): void {
    void this.once('restart', async () => {
      await commands.restart(this.config.event_id)
    })
  }

  goLive(): void {
    void this.once('live', async () => {
      const event = await commands.goLive(this.config.event_id)
      if (event?.id) this.store.apply({ op: 'event.changed', event })
    })
  }

  /** One command at a time per button; a bounce is dropped; every failure says what is safe and what to do. */
  private async once(name: string, work: () => Promise<void>, again?: () => void, urgent = false): Promise<void> {
    const now = performance.now()
    if (this.busy.value.has(name) || (!urgent && now - this.touched_at < BOUNCE_MS)) return
    this.touched_at = now
    this.busy.value = new Set(this.busy.value).add(name)
    this.trouble.value = undefined
    try {
      await work()
    } catch (error) {
      this.fail(error, again)
    } finally {
      const rest = new Set(this.busy.value)
      rest.delete(name)
      this.busy.value = rest
    }
  }

  private fail(error: unknown, again?: () => void): void {
    if (error instanceof NoAnswer) {
      this.trouble.value = { title: t('trouble.noanswer'), words: t('trouble.noanswer.sub'), ...(again ? { again } : {}) }
    } else if (error instanceof ApiError) {
      this.trouble.value = { title: error.problem.title, words: error.message }
    } else throw error
    announce(this.trouble.value?.words ?? '', 'alert')
  }

  private offerUnanswered(): void {
    const n = this.book.all().length
    this.trouble.value = {
      title: t('trouble.unanswered', { n }),
      words: t('trouble.unanswered.sub'),
      again: () =>
        void this.once('send', async () => {
          for (const kept of this.book.all()) await commands.deliver(this.book, this.config.event_id, kept)
        }, () => this.offerUnanswered()),
    }
  }

  private keepDraft(): void {
    const draft = this.draft.value
    try {
      localStorage.setItem(`tocsin.draft.${this.config.event_id}`, JSON.stringify(draft))
    } catch {
      /* Storage is full or forbidden: the text is still on the screen. */
    }
  }

  private restoreDraft(): void {
    let kept: Partial<Draft> = {}
    try {
      kept = JSON.parse(localStorage.getItem(`tocsin.draft.${this.config.event_id}`) ?? '{}') as Partial<Draft>
    } catch {
      /* What cannot be read is nothing. */
    }
    const step = this.steps.value.find((one) => one.id === kept.step_id)
    if (kept.touched && kept.texts && !(step && this.isSent(step))) this.draft.value = { ...EMPTY_DRAFT, ...kept }
    else this.loadNext()
  }
}
