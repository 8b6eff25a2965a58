/** Everything the tablet knows and does: signals down to the parts, actions up from them. */
import { computed, effect, signal } from '@preact/signals'
import { proposalIn } from '../shared/access.ts'
import { Acting } from '../shared/acting.ts'
import { ApiError } from '../shared/api.ts'
import * as commands from '../shared/commands.ts'
import type { PageConfig } from '../shared/config.ts'
import { DeskStore } from '../shared/desk-state.ts'
import { EMPTY_DRAFT, justAccepted, type Draft, type Sendable } from '../shared/draft.ts'
import { t } from '../shared/i18n/index.ts'
import { modeOf } from '../shared/mode.ts'
import { settle, type Entry } from '../shared/outbox.ts'
import type { Photo } from '../shared/photo.ts'
import { Stopping } from '../shared/stopping.ts'
import { now_ms } from '../shared/tick.ts'
import { announce } from '../shared/ui/announce.tsx'
import type { DeskReply, DeskUpdate } from '../shared/wire.ts'
import { Writing } from '../shared/writing.ts'
import { PhotoLost, Photographs } from './photographs.ts'
import { Sender } from './sender.ts'
import { DRAFT, type Shelf } from './shelf.ts'

/** The delays a tap on the tablet goes through, besides the event's own. */
export const DELAYS_S = [20, 60, 120] as const

/** What the tablet composes from when there is no network: the last it heard. */
export interface Known {
  session: commands.Session
  detail: commands.EventDetail
  steps: commands.Step[]
  at_ms: number
}

export const knownName = (event_id: string) => `known ${event_id}`
const DRAFT_AFTER_MS = 250

export class Tablet {
  readonly config: PageConfig
  readonly session: commands.Session
  readonly store = new DeskStore()
  readonly acting = new Acting(true)
  readonly writing: Writing
  readonly sender: Sender
  readonly shelf: Shelf
  readonly photographs: Photographs
  /** When what is shown was true, while it comes from this tablet and not from the server. */
  readonly known_at = signal<number | undefined>(undefined)
  /** A new version is installed and waits for a good moment. */
  readonly fresh = signal(false)
  /** Take the new version; set by the service worker's keeper. */
  update: () => void = () => undefined
  readonly stopping: Stopping
  readonly steps = signal<commands.Step[]>([])
  readonly rights = signal<ReadonlySet<string>>(new Set())

  readonly mode = computed(() => modeOf(this.store.event.value, this.config.drill))
  readonly step = computed(() => this.steps.value.find((step) => step.id === this.writing.draft.value.step_id))

  /** May this be sent; without the network it may be kept. */
  readonly sendable = computed<Sendable>(() => {
    const can = this.writing.sendable.value
    return can.kind === 'checking' && this.sender.offline.value && this.store.event.value ? { kind: 'offline' } : can
  })

  constructor(config: PageConfig, session: commands.Session, shelf: Shelf, device_id: string) {
    this.config = config
    this.session = session
    this.shelf = shelf
    this.photographs = new Photographs(shelf, config.event_id, () => this.sender.slow.peek())
    this.sender = new Sender(shelf, config.event_id, session.person.id, device_id, {
      accepted: (entry, accepted, undone) => this.accepted(entry, accepted, undone),
      undo: (accepted) => this.pullBack(accepted.id),
      recall: (entry) => this.recall(entry),
      looked: (detail) => this.looked(detail),
      photo: (photo) =>
        this.photographs.brought(photo).catch((error: unknown) => {
          if (error instanceof PhotoLost) return undefined
          throw error
        }),
      policy: (error) => void this.writing.reading.takes(error, () => this.sender.wake()),
    })
    this.writing = new Writing(this.store, this.acting, config.event_id, 'presenter')
    this.stopping = new Stopping(this.store, this.acting, config.event_id, () => void this.sender.holdBack())
  }

  /**
   * Args:
   *   known: What was heard before, when the server does not answer now.
   */
  async start(known?: Known): Promise<void> {
    const detail = known?.detail ?? (await commands.readEvent(this.config.event_id))
    this.store.begin(detail)
    this.rights.value = new Set(detail.rights)
    this.writing.lang.value = detail.event.default_lang
    if (known) {
      this.steps.value = known.steps
      this.known_at.value = known.at_ms
    } else {
      this.sender.heard(detail)
      await this.readSteps()
    }
    await this.sender.start()
    this.store.follow(this.config.event_id)
    const name = DRAFT + this.config.event_id
    const kept = this.writing.start((draft) => {
      const step = this.steps.value.find((one) => one.id === draft.step_id)
      // The browser's quick store may be behind the outbox after a power cut: what waits is not offered once more.
      const text = this.mainText(draft)
      return !(step && this.isSent(step)) && !this.sender.waiting.peek().some((entry) => entry.text === text)
    }, await this.shelf.read<Draft>(name))
    if (!kept) this.loadNext()
    await this.shelf.sweepPhotos(this.writing.draft.peek().photo?.id)
    effect(() => void this.photographs.show(this.writing.draft.value.photo))
    let pause: ReturnType<typeof setTimeout> | undefined
    let wrote = kept
    effect(() => {
      const draft = this.writing.draft.value
      clearTimeout(pause)
      wrote ||= draft.touched
      if (!wrote) return // what lies there may be another tab's
      pause = setTimeout(() => void this.shelf.write(name, draft.touched ? draft : undefined), DRAFT_AFTER_MS)
    })
    this.keepKnown()
    effect(() => {
      if (this.store.liveness.value === 'live') void this.catchUp().catch(() => undefined)
    })
    if (!known && !this.session.policy_read && this.rights.value.has('update.submit')) this.writing.reading.ask()
    // A step sent from the desk, or undone anywhere, moves the list.
    let seen: string | undefined
    effect(() => {
      const now = this.store.updates.value.map((update) => update.id + update.state).join()
      if (seen !== undefined && now !== seen) void this.readSteps().catch(() => undefined)
      seen = now
    })
  }

  /** The server answered how the event stands: hear what a tablet that opened without the network does not know. */
  private looked(detail: commands.EventDetail): void {
    this.store.begin(detail)
    this.store.nudge()
    if (this.known_at.peek() === undefined) return
    this.rights.value = new Set(detail.rights)
    void this.readSteps()
      .then(() => (this.known_at.value = undefined))
      .catch(() => undefined)
  }

  /** Connected, at first or again: send what waits, and look even if nothing does. */
  private async catchUp(): Promise<void> {
    this.sender.wake()
    if (this.known_at.peek() === undefined) return
    const session = await commands.readSession()
    if (session.person.id !== this.session.person.id) return location.reload() // it is somebody else's now
    const detail = await commands.readEvent(this.config.event_id)
    this.sender.heard(detail)
    this.looked(detail)
  }

  /** Keep what is needed to compose without a network; each time it changes. */
  private keepKnown(): void {
    effect(() => {
      const [event, steps, channels] = [this.store.event.value, this.steps.value, this.store.channels.value]
      if (!event || this.known_at.value !== undefined) return
      void this.shelf.write(knownName(this.config.event_id), {
        session: this.session,
        detail: {
          event,
          channels: channels.map(({ id, adapter, name, state, why }) => ({ id, adapter, name, state, why, audience_id: null, people: null })),
          roles: [],
          rights: [...this.rights.value],
          at: new Date().toISOString(),
          sending_since: null,
          old_after_s: 0,
        },
        steps,
        at_ms: Date.now(),
      } satisfies Known)
    })
  }

  /** Follow the stream again after a session that had ended was renewed. */
  follow(): void {
    if (!this.store.ended.peek()) return
    this.store.ended.value = false
    this.sender.wake()
    this.store.follow(this.config.event_id)
  }

  async readSteps(): Promise<void> {
    this.steps.value = [...(await commands.readSteps(this.config.event_id))].sort((a, b) => a.n - b.n)
    // Somebody else sent what is loaded here: it must not go out a second time by one more tap.
    const step = this.step.peek()
    if (!step || !this.isSent(step)) return
    if (this.writing.isFree()) this.loadNext(step.n)
    else this.writing.change({ step_id: undefined })
  }

  updateOf(step: commands.Step): DeskUpdate | undefined {
    return step.sent_update_id ? this.store.updateById.value.get(step.sent_update_id) : undefined
  }

  /** Whether a step waits on this tablet. */
  isWaiting(step: commands.Step): boolean {
    return this.sender.waiting.value.some((entry) => entry.step_id === step.id && !entry.undo)
  }

  /** Whether a step has been sent, or is about to be, and was not taken back. */
  isSent(step: commands.Step): boolean {
    if (this.isWaiting(step)) return true
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

  /** Into the outbox, always: it is written down and on the screen before anything leaves. */
  send(): void {
    void this.acting.once('send', async () => {
      const pressed = this.writing.press(this.sendable.peek())
      if (!pressed) return
      await this.keep(pressed.draft, pressed.body)
    })
  }

  /** Into the outbox, and on to what comes next. */
  private async keep(draft: Draft, body: Record<string, unknown>): Promise<void> {
    const step = this.step.peek()
    const text = this.mainText(draft)
    const name = step ? t('outbox.step.title', { n: step.n, title: step.title }) : `“${text.length > 40 ? `${text.slice(0, 40)}…` : text}”`
    const written = this.sender.add({ body, name, text, step_id: draft.step_id ?? null, photo: draft.photo }, DRAFT + this.config.event_id)
    this.photographs.trouble.value = undefined
    this.writing.asking.value = false
    this.loadNext(step?.n ?? 0)
    if (this.sender.offline.peek()) announce(t('outbox.said'))
    await written
  }

  private mainText({ texts }: Draft): string {
    return texts[this.store.event.peek()?.default_lang ?? ''] ?? Object.values(texts)[0] ?? ''
  }

  private accepted(entry: Entry, accepted: commands.Accepted, undone: boolean | undefined): void {
    this.steps.value = this.steps.value.map((step) =>
      step.id === entry.step_id ? { ...step, sent_update_id: accepted.id, sent_state: 'counting_down' } : step,
    )
    const event = this.store.event.peek()
    const draft = { ...EMPTY_DRAFT, ...(entry.body as Partial<Draft>), photo: entry.photo }
    if (entry.photo) void this.photographs.forget(entry.photo)
    const update = justAccepted(draft, accepted, new Date(now_ms.peek()).toISOString())
    // The answer to a repeat may be an old one: what it says of the countdown is over.
    if (undone === undefined && accepted.release_at && Date.parse(accepted.release_at) > now_ms.peek()) this.store.hear(update)
    if (undone === false) return // why is on the screen
    if (undone) {
      const step = this.steps.peek().find((one) => one.sent_update_id === update.id)
      this.steps.value = this.steps.value.map((one) => (one === step ? { ...one, sent_update_id: null, sent_state: null } : one))
      return this.writing.takeBack(update, step)
    }
    const said = accepted.state === 'awaiting_approval' ? 'approve.said' : event?.sending === 'hold' ? 'send.said.hold' : 'send.said'
    announce(t(said, { s: event?.delay_s ?? 0 }))
  }

  /** An update that was taken back here before its answer was: whether it could be pulled back. Throws while nobody says. */
  private async pullBack(update_id: string): Promise<boolean> {
    try {
      this.store.hear(await commands.undo(update_id))
      return true
    } catch (error) {
      if (!(error instanceof ApiError) || settle({ ...error.problem, words: error.message }).kind !== 'refused') throw error
      if (error.code === 'already_settled') return true // pulled back before, and the answer was lost
      this.acting.trouble.value = { title: t('trouble.refused'), words: error.message, lang: error.lang }
      announce(error.message, 'alert')
      return false
    }
  }

  /** What was tried, taken back and is now too old to be tried again may still wait on the server, held or for approval. */
  private async recall(entry: Entry): Promise<void> {
    const composed_ms = Date.parse(entry.composed_at ?? '')
    const found = (await commands.readUpdates(this.config.event_id)).find(
      (update) => update.author_id === entry.person_id && Date.parse(update.composed_at) === composed_ms,
    )
    if (found && found.state !== 'withdrawn' && found.state !== 'expired') await this.pullBack(found.id)
  }

  /** Take back what waits here. */
  takeBack(entry: Entry): void {
    void this.acting.once(`undo ${entry.key}`, async () => {
      if (!(await this.sender.takeBack(entry))) return
      if (this.writing.isFree()) this.back(entry)
      announce(t(this.writing.draft.peek().touched ? 'count.undone' : 'count.undone.kept'))
    })
  }

  private back(entry: Entry): void {
    this.writing.load({ ...(entry.body as Partial<Draft>), step_id: entry.step_id ?? undefined, photo: entry.photo, touched: true })
  }

  /** What was refused, back into the editor; it stays where it is while something else is being written. */
  edit(entry: Entry): void {
    if (!this.writing.isFree()) {
      this.acting.trouble.value = { title: t('refused.title', { name: entry.name }), words: t('refused.busy') }
      return
    }
    void this.acting.once(`edit ${entry.key}`, async () => {
      this.back(entry)
      await this.sender.decide([entry.key], false)
    })
  }

  /** A person has decided about what asked. */
  decide(keys: readonly string[], go: boolean): void {
    void this.acting.once('decide', async () => {
      const photos = go ? [] : this.sender.entries.peek().filter((entry) => keys.includes(entry.key)).map((entry) => entry.photo)
      await this.sender.decide(keys, go)
      for (const photo of photos) if (photo) await this.photographs.forget(photo)
    })
  }

  /** Load an answer to a question; what somebody typed is never thrown away for it. */
  answer(reply: DeskReply): void {
    if (this.writing.isFree()) this.writing.load({ answers_reply_id: reply.id })
    else this.writing.change({ answers_reply_id: reply.id, step_id: undefined })
    document.querySelector<HTMLTextAreaElement>('textarea.edit')?.focus()
  }

  /** What waits is read out to the desk by telephone. */
  phone(): void {
    void this.acting.once('phone', () => this.sender.phone())
  }

  /** A blocked text, to a second person; like every text it is written down first and goes when it can. */
  askDesk(why: string): void {
    void this.acting.once('send', async () => {
      const draft = this.writing.draft.peek()
      if (this.writing.sendable.peek().kind !== 'blocked') return
      await this.keep(draft, this.writing.askBody(why))
    })
  }

  /** A photo for what is being written; with a network it goes ahead, so that a refusal is said now and not at Send. */
  async attach(file: Blob | undefined): Promise<void> {
    const before = this.writing.draft.peek().photo
    const photo = await this.photographs.take(file)
    if (!photo) return
    if (before) await this.photographs.forget(before)
    this.writing.change({ photo })
    if (this.sender.offline.peek()) return
    try {
      const media = await this.photographs.uploaded(photo)
      const now = this.writing.draft.peek().photo
      if (now?.id === photo.id && !now.media) this.writing.draft.value = { ...this.writing.draft.peek(), photo: { ...now, media: { ...media, told: false } } }
    } catch (error) {
      // No answer, or a server that is away: it waits here and goes with its text.
      if (!(error instanceof ApiError) || error.status >= 500 || error.status === 401 || error.status === 429) return
      if (this.writing.draft.peek().photo?.id === photo.id) await this.detach()
      this.photographs.trouble.value = error.message
    }
  }

  async detach(): Promise<void> {
    const photo = this.writing.draft.peek().photo
    this.photographs.trouble.value = undefined
    this.writing.change({ photo: undefined })
    if (photo) await this.photographs.forget(photo)
  }

  /** Words and ticks of the photo; the server is told when it goes. */
  describe(part: Partial<Photo>): void {
    const photo = this.writing.draft.peek().photo
    if (photo) this.writing.change({ photo: { ...photo, ...part, media: photo.media && { ...photo.media, told: false } } })
  }

  /** The link is slow: what waits goes without its photos. */
  skipPhotos(): void {
    void this.acting.once('skip', async () => {
      for (const photo of await this.sender.skipPhotos()) await this.photographs.forget(photo)
    })
  }

  undo(update: DeskUpdate, urgent = false): void {
    void this.acting.once(`undo ${update.id}`, async () => {
      this.store.hear(await commands.undo(update.id))
      const step = this.steps.value.find((one) => one.sent_update_id === update.id)
      this.steps.value = this.steps.value.map((one) => (one === step ? { ...one, sent_update_id: null, sent_state: null } : one))
      this.writing.takeBack(update, step)
    }, { urgent })
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
      const answer = await commands.changeEvent(event, { delay_s: next })
      if (proposalIn(answer)) this.acting.trouble.value = { title: t('two.waits'), words: t('two.atdesk') }
      else this.store.begin(answer)
      // The preview says the delay too.
      this.writing.previewing.refresh(this.config.event_id, this.writing.draft.value)
    })
  }
}
