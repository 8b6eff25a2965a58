/** A composer's state on either screen: the draft, what the server thinks of it, whether it may go, and sending it. */
import { computed, effect, signal } from '@preact/signals'
import type { Acting } from './acting.ts'
import { deliver, submit, type Accepted } from './commands.ts'
import type { DeskStore } from './desk-state.ts'
import { EMPTY_DRAFT, justAccepted, PHOTO, replaced, sendableOf, submitBody, type Draft, type GuardSpan, type Mark, type Sendable } from './draft.ts'
import { t } from './i18n/index.ts'
import { photoOf } from './photo.ts'
import { KeyBook, newKey } from './key-book.ts'
import { Reading } from './policy.ts'
import { Previewing } from './previewing.ts'
import { now_ms } from './tick.ts'
import { announce } from './ui/announce.tsx'
import { clockOn } from './when.ts'
import type { DeskUpdate, Texts } from './wire.ts'

export class Writing {
  readonly draft = signal<Draft>(EMPTY_DRAFT)
  readonly lang = signal('en')
  /** The guard asked, and the person has pressed once. */
  readonly asking = signal(false)
  readonly previewing = new Previewing()
  /** The policy, when it has to be read before the next text can go. */
  readonly reading: Reading
  readonly sendable = computed(() => sendableOf(this.draft.value, this.previewing.current.value, this.store.event.value))
  readonly main_lang = computed(() => this.store.event.value?.default_lang ?? this.lang.value)
  /** What the check marks in exactly this draft, what blocks first. */
  readonly marks = computed<readonly Mark[]>(() => {
    const guard = this.previewing.current.value?.guard
    if (!guard || guard.decision === 'pass') return []
    const blocks = (span: GuardSpan) => (span.verdict ?? 'block') !== 'ask'
    return guard.spans
      .map((span) => ({ ...span, lang: span.lang || this.main_lang.value, where: span.where ?? '' }))
      .sort((a, b) => Number(blocks(b)) - Number(blocks(a)) || a.start - b.start)
  })
  /** The same words, already sent or on their way: two keys with equal text are two updates, so a person is told (G2). */
  readonly repeats = computed(() => {
    const lang = this.store.event.value?.default_lang ?? ''
    const text = (this.draft.value.texts[lang] ?? '').trim()
    if (!text) return undefined
    return this.store.updates.value.find(
      (update) => (update.state === 'released' || update.state === 'counting_down') && (update.texts[lang] ?? '').trim() === text,
    )
  })
  private readonly store: DeskStore
  private readonly acting: Acting
  private readonly event_id: string
  private readonly source: 'presenter' | 'desk'
  private readonly book: KeyBook<Record<string, unknown>>
  /** The draft as this tab last wrote or found it. */
  private written: string | null = null

  constructor(store: DeskStore, acting: Acting, event_id: string, source: 'presenter' | 'desk') {
    this.store = store
    this.acting = acting
    this.reading = new Reading(acting)
    this.event_id = event_id
    this.source = source
    this.book = new KeyBook(localStorage, `tocsin.unanswered.${source}.${event_id}`, newKey)
  }

  /**
   * Begin following the draft; `kept` says whether what was left here is still wanted.
   *
   * Args:
   *   other: What another store of this browser kept, for when this one has nothing.
   */
  start(kept: (draft: Draft) => boolean, other?: Draft): boolean {
    const restored = this.restore() ?? other
    const wanted = restored !== undefined && kept(restored)
    if (wanted) this.draft.value = restored
    this.previewing.follow(this.event_id, this.draft)
    effect(() => this.keep())
    effect(() => {
      if (this.store.liveness.value === 'live') this.previewing.again(this.event_id, this.draft.peek())
    })
    if (this.book.all().length) this.offerUnanswered()
    return wanted
  }

  load(draft: Partial<Draft>): void {
    this.asking.value = false
    this.draft.value = { ...EMPTY_DRAFT, ...draft }
  }

  change(part: Partial<Draft>): void {
    this.asking.value = false
    this.draft.value = { ...this.draft.value, ...part, touched: true }
  }

  type(lang: string, text: string): void {
    this.change({ texts: { ...this.draft.value.texts, [lang]: text }, template: undefined })
  }

  /** What one channel says instead; empty means it says the same as the others again. */
  typeFor(adapter: string, lang: string, text: string): void {
    const own = { ...this.draft.value.channel_texts[adapter], [lang]: text }
    if (!text) delete own[lang]
    const channel_texts = { ...this.draft.value.channel_texts, [adapter]: own }
    if (!Object.keys(own).length) delete channel_texts[adapter]
    this.change({ channel_texts })
  }

  useReplacement(span: Mark): void {
    const words = replaced(this.textOf(span), span)
    const { photo } = this.draft.value
    if (span.where === PHOTO) this.change({ photo: photo && { ...photo, alt: { ...photo.alt, [span.lang]: words } } })
    else if (span.where) this.typeFor(span.where, span.lang, words)
    else this.type(span.lang, words)
  }

  /** What is marked, as it stands in the text. */
  wordOf(span: Mark): string {
    return Array.from(this.textOf(span)).slice(span.start, span.end).join('').trim()
  }

  private textOf(span: Mark): string {
    const { texts, channel_texts, photo } = this.draft.value
    if (span.where === PHOTO) return photo?.alt[span.lang] ?? ''
    return (span.where ? channel_texts[span.where]?.[span.lang] : texts[span.lang]) ?? ''
  }

  /** Whether nothing a person typed would be lost by loading something else. */
  isFree(): boolean {
    return !this.draft.value.touched || Object.values(this.draft.value.texts).every((text) => !text.trim())
  }

  /** What a press of the one big button sends; undefined when it only asks for another press, or nothing may go. */
  press(can: Sendable): { draft: Draft; body: Record<string, unknown> } | undefined {
    if (can.kind === 'ask' && !this.asking.value) {
      this.asking.value = true
      return undefined
    }
    if (!['ready', 'hold', 'ask', 'approval', 'offline'].includes(can.kind)) return undefined
    const draft = this.draft.value
    return { draft, body: submitBody(draft, this.source, can.kind === 'ask') }
  }

  /** The one big button. What it does is what `sendable` says. */
  send(sent: (accepted: Accepted, draft: Draft) => void): void {
    const can = this.sendable.value
    const pressed = this.press(can)
    if (!pressed) return
    const { draft, body } = pressed
    const delay_s = Math.round(this.previewing.current.value?.delay_s ?? 0)
    void this.acting.once(
      'send',
      async () => {
        const accepted = await submit(this.book, this.event_id, body, new Date().toISOString())
        announce(t(accepted.state === 'awaiting_approval' ? 'approve.said' : can.kind === 'hold' ? 'send.said.hold' : 'send.said', { s: delay_s }))
        this.asking.value = false
        if (accepted.release_at) this.store.hear(justAccepted(draft, accepted, new Date(now_ms.peek()).toISOString()))
        sent(accepted, draft)
      },
      {
        again: () => this.send(sent),
        // The refused text is still in the editor; it is what goes out after the reading, unless somebody changes it.
        refused: (error) => this.reading.takes(error, () => this.draft.peek() === draft && this.send(sent)),
      },
    )
  }

  /** What a blocked text is sent with when a second person is asked to decide. */
  askBody(why: string): Record<string, unknown> {
    return { ...submitBody(this.draft.value, this.source, true), override_reason: why }
  }

  /** A blocked text that is right all the same: a second person decides, and reads why it is asked for (G10). */
  askDesk(why: string, sent: (accepted: Accepted, draft: Draft) => void): void {
    const draft = this.draft.value
    const body = this.askBody(why)
    void this.acting.once(
      'send',
      async () => {
        const accepted = await submit(this.book, this.event_id, body, new Date().toISOString())
        announce(t('phi.asked'))
        sent(accepted, draft)
      },
      {
        again: () => this.askDesk(why, sent),
        refused: (error) => this.reading.takes(error, () => this.draft.peek() === draft && this.askDesk(why, sent)),
      },
    )
  }

  /** Back into the editor, unless a person is in the middle of something else. */
  takeBack(update: DeskUpdate, step?: { id: string; texts: Texts }): void {
    const free = this.isFree()
    if (free) {
      this.load({
        texts: { ...update.texts },
        channel_texts: { ...update.channel_texts },
        key_moment: update.key_moment,
        pinned: update.pinned,
        kind: update.kind === 'all_clear' ? 'all_clear' : 'update',
        step_id: step?.id,
        answers_reply_id: update.answers_reply_id ?? undefined,
        photo: photoOf(update.media),
        // A prepared text that nobody changed is not somebody's work: it may make way again.
        touched: !step || Object.keys(update.texts).some((lang) => update.texts[lang] !== step.texts[lang]),
      })
    }
    announce(t(free ? 'count.undone' : 'count.undone.kept'))
  }

  private offerUnanswered(): void {
    const kept = this.book.all()
    const lang = this.main_lang.peek()
    // It may be from yesterday: nobody sends what they cannot read.
    const lines = kept.map(({ body, composed_at }) => {
      const texts = body['texts'] as Texts
      return `“${texts[lang] ?? Object.values(texts)[0] ?? ''}” ${t('ask.written', { time: clockOn(composed_at, Date.now()) })}.`
    })
    this.acting.trouble.value = {
      title: t('trouble.unanswered', { n: kept.length }),
      words: [...lines, t('trouble.unanswered.sub')].join(' '),
      again: () =>
        void this.acting.once(
          'send',
          async () => {
            for (const kept of this.book.all()) await deliver(this.book, this.event_id, kept)
          },
          {
            again: () => this.offerUnanswered(),
            refused: (error) => this.reading.takes(error, () => this.offerUnanswered()),
          },
        ),
    }
  }

  private get place(): string {
    return `tocsin.draft.${this.source}.${this.event_id}`
  }

  private keep(): void {
    const draft = this.draft.value
    try {
      // Another tab's text lies in the same place: one that has nothing typed clears only what it wrote itself.
      if (!draft.touched && localStorage.getItem(this.place) !== this.written) return
      localStorage.setItem(this.place, (this.written = JSON.stringify(draft)))
    } catch {
      /* Storage is full or forbidden: the text is still on the screen. */
    }
  }

  private restore(): Draft | undefined {
    try {
      this.written = localStorage.getItem(this.place)
      const kept = JSON.parse(this.written ?? '{}') as Partial<Draft>
      return kept.touched && kept.texts ? { ...EMPTY_DRAFT, ...kept } : undefined
    } catch {
      return undefined // what cannot be read is nothing
    }
  }
}
