/**
 * The outbox at work: writes each text down, sends them one by one, in one tab, and hears what became of each.
 *
 * What to do is decided by `shared/outbox.ts`; here are the store, the network, the lock and the timers around it.
 */
import { computed, signal } from '@preact/signals'
import { ApiError, listeners, NoAnswer } from '../shared/api.ts'
import * as commands from '../shared/commands.ts'
import { t } from '../shared/i18n/index.ts'
import { newKey } from '../shared/key-book.ts'
import {
  askOf,
  backoffMs,
  canBePhoned,
  canSkipPhoto,
  isOpen,
  needsPhoto,
  next,
  requestOf,
  settle,
  takeBack,
  type Entry,
  type Rules,
} from '../shared/outbox.ts'
import { afterCall, QUICK_LINK, SLOW_MS, type Link } from '../shared/link.ts'
import type { Photo } from '../shared/photo.ts'
import { momentAt, settled, skewOf, SKEW_SHOWN_MS, type Anchor, type Reading } from '../shared/server-clock.ts'
import type { Shelf } from './shelf.ts'

const BARRED_MS = 30_000

export interface Wanted {
  body: Record<string, unknown>
  name: string
  text: string
  step_id: string | null
  photo?: Photo | undefined
}

export interface Told {
  /** One step nearer to a photo that the server knows with its words; undefined when the photo is nowhere any more. */
  photo: (photo: Photo) => Promise<Photo | undefined>
  /** It was taken back, and the server has it: whether it could be pulled back there. Throws while that is not settled. */
  undo: (accepted: commands.Accepted) => Promise<boolean>
  /** It was taken back and may not go any more: if the server has it, pull it back there. Throws as `undo` does. */
  recall: (entry: Entry) => Promise<void>
  /** The server has it; `undone` if it was taken back, as `undo` said. */
  accepted: (entry: Entry, accepted: commands.Accepted, undone?: boolean) => void
  /** How the event stands, newly asked. */
  looked: (detail: commands.EventDetail) => void
  policy: (error: ApiError) => void
}

export class Sender {
  /** Of this event and this person, in the order they were written. */
  readonly entries = signal<readonly Entry[]>([])
  /** The key of the one that is on its way. */
  readonly flying = signal<string | undefined>(undefined)
  /** Nobody answered the last call, or the browser says that there is no network. */
  readonly offline = signal(!navigator.onLine)
  readonly barred = signal<'sign-in' | 'pin' | 'policy' | undefined>(undefined)
  /** By the tablet's clock; for "tried 12 s ago". */
  readonly tried_at_ms = signal<number | undefined>(undefined)
  readonly next_at_ms = signal<number | undefined>(undefined)
  /** Ahead of the server, when that is more than half a minute. */
  readonly skew_ms = signal(0)
  readonly waiting = computed(() => this.entries.value.filter(isOpen))
  readonly asking = computed(() => this.waiting.value.filter((entry) => entry.asks && !entry.undo))
  /** What calls took lately, and whether one has been open for too long. */
  private readonly link = signal<Link>(QUICK_LINK)
  private readonly late = signal(false)
  /** Answers come, slowly. */
  readonly slow = computed(() => !this.offline.value && (this.link.value.slow || this.late.value))
  readonly refused = computed(() => this.entries.value.filter((entry) => entry.refused))
  private readonly boot = newKey()
  private readonly channel = typeof BroadcastChannel === 'function' ? new BroadcastChannel('tocsin.outbox') : undefined
  private anchor: Anchor | undefined
  private rules: Rules | undefined
  private unbroken = false
  private leads = false
  private pumping = false
  private stopped = false
  private failures = 0
  private not_before_ms = 0
  /** Keys that have left the outbox: no write that was under way, here or in another tab, brings one back. */
  private readonly gone = new Set<string>()
  /** Nobody waits any more for the photo that is on its way. */
  private leave: (() => void) | undefined
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly shelf: Shelf
  private readonly event_id: string
  private readonly person_id: string
  private readonly device_id: string
  private readonly told: Told

  constructor(shelf: Shelf, event_id: string, person_id: string, device_id: string, told: Told) {
    this.shelf = shelf
    this.event_id = event_id
    this.person_id = person_id
    this.device_id = device_id
    this.told = told
  }

  async start(): Promise<void> {
    listeners.add((heard) => {
      this.offline.value = !heard.answered
      this.link.value = afterCall(this.link.peek(), heard)
      if (!heard.answered) this.unbroken = false
    })
    addEventListener('offline', () => (this.offline.value = true))
    addEventListener('online', () => this.wake())
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.wake())
    if (this.channel) {
      this.channel.onmessage = ({ data }: MessageEvent<{ held?: Entry; gone?: string; wake?: boolean }>) => {
        if (data.held) this.shelf.adopt(data.held)
        void (data.gone ? this.droppedElsewhere(data.gone) : Promise.resolve())
          .then(() => this.read())
          .then(() => (data.wake ? this.wake() : this.pump()))
      }
    }
    await this.read()
    if (!navigator.locks) {
      this.leads = true // no secure context: keys still make two sends one update
      void this.pump()
      return
    }
    void navigator.locks.request(`tocsin.outbox.${this.event_id}`, async () => {
      this.leads = true
      await this.read()
      void this.pump()
      await new Promise(() => undefined) // until this page is gone
    })
  }

  /** Nothing is sent any more: the tablet was wiped. */
  stop(): void {
    this.stopped = true
    this.entries.value = []
    clearTimeout(this.timer)
  }

  /** What the event's detail says of the time and of sending; asked or read at the start. */
  heard(detail: commands.EventDetail): void {
    const server_ms = Date.parse(detail.at)
    const { sending_since } = detail
    this.unbroken = true
    this.anchor = { ...this.now(), server_ms }
    this.rules = {
      sending: detail.event.sending,
      sending_since_ms: sending_since ? Date.parse(sending_since) : null,
      old_after_ms: detail.old_after_s * 1000,
    }
    const skew_ms = skewOf(this.now(), this.anchor)
    this.skew_ms.value = Math.abs(skew_ms) > SKEW_SHOWN_MS ? skew_ms : 0
  }

  /**
   * Write a text down and send it when it is its turn. It is on the screen at once, and on disk before it leaves.
   *
   * Args:
   *   draft: The name under which the shelf has kept it so far.
   */
  async add(wanted: Wanted, draft?: string): Promise<void> {
    const entry: Omit<Entry, 'seq'> = {
      ...wanted,
      key: newKey(),
      event_id: this.event_id,
      person_id: this.person_id,
      composed: momentAt(this.now(), this.anchor),
      composed_at: null,
      attempts: 0,
      vouched: null,
      asks: null,
      refused: null,
      undo: false,
    }
    // Shown at the end of the list until it has its number, a few milliseconds later.
    this.entries.value = [...this.entries.value, { ...entry, seq: Number.MAX_SAFE_INTEGER }]
    const kept = await this.shelf.add(entry, draft)
    if (this.shelf.isHeld(kept.key)) this.channel?.postMessage({ held: kept })
    await this.changed()
  }

  /** A person decides about what asks. */
  async decide(keys: readonly string[], go: boolean): Promise<void> {
    for (const entry of this.entries.peek().filter((one) => keys.includes(one.key))) {
      if (go) await this.change(entry.key, { asks: null, vouched: momentAt(this.now(), this.anchor) })
      else await this.letGo(entry)
    }
    await this.changed(true)
  }

  /** The texts that wait go without their photos, wherever nothing was asked of the server yet. */
  async skipPhotos(): Promise<Photo[]> {
    const skipped: Photo[] = []
    for (const entry of this.entries.peek().filter(canSkipPhoto)) {
      skipped.push(entry.photo!)
      await this.change(entry.key, { photo: undefined })
    }
    this.leave?.()
    await this.changed(true)
    return skipped
  }

  /**
   * Hold or stop was pressed here: whether or not the server can hear of it, nothing that waits goes by itself any more.
   * Without this, what was written before would go out with the network's return, ahead of a second press.
   */
  async holdBack(): Promise<void> {
    await this.read()
    await Promise.all(this.waiting.peek().filter((entry) => !entry.undo && !entry.asks).map((entry) => this.change(entry.key, { asks: 'stopped' })))
  }

  /** What waits is read out to the desk: it goes out from here only when a person says so (the desk may have posted it). */
  async phone(): Promise<void> {
    for (const entry of this.entries.peek().filter(canBePhoned)) await this.change(entry.key, { asks: 'phoned' })
    this.channel?.postMessage({})
  }

  /** Take one back. False: the server may have it, so it is told as soon as it answers. */
  async takeBack(entry: Entry): Promise<boolean> {
    const now = this.find(entry.key)
    if (!now) return false
    const drops = await this.letGo(now)
    await this.changed(true)
    return drops
  }

  /** Out of the outbox, if nobody else can have it; else it stays until the server was told. */
  private async letGo(entry: Entry): Promise<boolean> {
    const drops = takeBack(entry) === 'drop'
    if (drops) await this.drop(entry.key)
    else await this.change(entry.key, { undo: true })
    return drops
  }

  /** Try at once: a person asked, or something has changed for the better. */
  wake(): void {
    this.not_before_ms = 0
    this.barred.value = undefined
    if (this.leads) void this.pump()
    else this.channel?.postMessage({ wake: true })
  }

  private now(): Reading {
    return { wall_ms: Date.now(), mono_ms: performance.now(), boot: this.boot }
  }

  /** Off the screen at once, so that nothing sends it while the disk is still writing. */
  private async drop(key: string): Promise<void> {
    this.forget(key)
    await this.shelf.remove(key)
    this.channel?.postMessage({ gone: key })
  }

  private forget(key: string): void {
    this.gone.add(key)
    this.entries.value = this.entries.peek().filter((one) => one.key !== key)
    if (this.flying.peek() === key) this.leave?.()
  }

  /** Another tab let it go. It did not know yet if this one is sending it: then the server has to be told. */
  private async droppedElsewhere(key: string): Promise<void> {
    const attempts = this.find(key)?.attempts ?? 0
    if (this.flying.peek() === key && attempts > 0) await this.change(key, { undo: true })
    else {
      this.forget(key)
      await this.shelf.remove(key)
    }
  }

  private async read(): Promise<void> {
    if (this.stopped) return
    const all = await this.shelf.entries()
    this.entries.value = all.filter(
      (one) => one.event_id === this.event_id && one.person_id === this.person_id && !this.gone.has(one.key),
    )
  }

  private async changed(wake = false): Promise<void> {
    await this.read()
    this.channel?.postMessage({ wake })
    if (wake) this.wake()
    else void this.pump()
  }

  private async change(key: string, part: Partial<Entry>): Promise<void> {
    const entry = this.find(key)
    if (!entry) return
    const changed = { ...entry, ...part }
    // In memory first: whoever changes it while the disk writes this, changes this and not what was before.
    this.show(changed)
    await this.shelf.put(changed)
    this.channel?.postMessage({})
  }

  private find(key: string): Entry | undefined {
    return this.entries.peek().find((one) => one.key === key)
  }

  private show(entry: Entry): void {
    this.entries.value = this.entries.peek().map((one) => (one.key === entry.key ? entry : one))
  }

  private async pump(): Promise<void> {
    if (!this.leads || this.pumping || this.stopped) return
    this.pumping = true
    clearTimeout(this.timer)
    this.next_at_ms.value = undefined
    try {
      while (await this.turn());
    } catch (error) {
      this.comeBack(error)
    } finally {
      this.pumping = false
    }
  }

  /**
   * Something broke that is no answer and no silence, such as a store that closed under us. It settles nothing, so the
   * same again after a while: waiting for the next event instead would leave texts here with nobody pressing anything.
   */
  private comeBack(error: unknown): void {
    this.fail(null)
    const wait_ms = Math.max(0, this.not_before_ms - performance.now())
    this.next_at_ms.value = Date.now() + wait_ms
    this.timer = setTimeout(() => {
      // What is on disk is what is true; where it cannot be read, what is on the screen.
      void this.read().catch(() => undefined).then(() => this.pump())
    }, wait_ms)
    console.error(error)
  }

  /** One step; whether there may be another at once. */
  private async turn(): Promise<boolean> {
    const todo = next(this.entries.peek().filter((one) => one.seq !== Number.MAX_SAFE_INTEGER), {
      now: this.now(),
      anchor: this.anchor,
      rules: this.rules,
      unbroken: this.unbroken,
      in_flight: false,
      barred: false,
      not_before_mono_ms: this.not_before_ms,
    })
    if (this.stopped) return false
    switch (todo.do) {
      case 'wait':
        if (todo.at_mono_ms !== undefined) {
          const wait_ms = Math.max(0, todo.at_mono_ms - performance.now())
          this.next_at_ms.value = Date.now() + wait_ms
          this.timer = setTimeout(() => void this.pump(), wait_ms)
        }
        return false
      case 'look':
        return this.look()
      case 'ask':
        await this.ask()
        return true
      case 'recall':
        return this.recall(todo.key)
      case 'send':
        return this.send(todo.key, todo.composed_at_ms)
    }
  }

  /** The server's time and how the event stands: nothing that has waited goes by what was known before. */
  private async look(): Promise<boolean> {
    try {
      const session = await commands.readSession()
      if (session.person.id !== this.person_id) {
        this.fail(undefined, 'sign-in')
        return false
      }
      const detail = await commands.readEvent(this.event_id)
      this.heard(detail)
      this.told.looked(detail)
      for (const entry of this.waiting.peek()) {
        const composed = settled(entry.composed, this.anchor!)
        if (composed !== entry.composed) await this.change(entry.key, { composed })
      }
      return true
    } catch (error) {
      return this.unsettled(error)
    }
  }

  /** All that would have to ask, at once: a person decides about them together. */
  private async ask(): Promise<void> {
    const now = this.now()
    const asked = this.waiting.peek().flatMap((entry) => {
      const why = entry.asks ?? askOf(entry, this.rules!, now, this.anchor!)
      return why && !entry.undo ? [this.change(entry.key, { asks: why })] : []
    })
    await Promise.all(asked)
  }

  private async recall(key: string): Promise<boolean> {
    const entry = this.find(key)
    if (!entry) return true
    try {
      await this.told.recall(entry)
      this.failures = 0
      await this.drop(key)
      return true
    } catch (error) {
      return await this.unsettled(error, key)
    }
  }

  private async send(key: string, composed_at_ms: number): Promise<boolean> {
    const first = this.find(key)
    if (first && needsPhoto(first)) return this.carryPhoto(first)
    const entry = await this.writtenAsTried(key, composed_at_ms)
    if (!entry) return true
    const landed = this.takesOff(key)
    try {
      const accepted = await commands.submitUnder(key, this.event_id, requestOf(entry), entry.person_id)
      // It stays here until the server has pulled it back: a lost answer or a reload must not let it out.
      const undone = (this.find(key)?.undo ?? this.gone.has(key)) ? await this.told.undo(accepted) : undefined
      this.failures = 0
      this.tried_at_ms.value = undefined
      await this.drop(key)
      this.told.accepted(entry, accepted, undone)
      await this.read()
      return true
    } catch (error) {
      return await this.unsettled(error, key)
    } finally {
      landed()
    }
  }

  /**
   * Written before the first byte leaves: a repeat after a reload is the same request. Until the disk has it nothing
   * has left, so whoever takes it back or changes it meanwhile is heard.
   */
  private async writtenAsTried(key: string, composed_at_ms: number): Promise<Entry | undefined> {
    for (let entry = this.find(key); entry; ) {
      const tried = {
        ...entry,
        attempts: entry.attempts + 1,
        composed_at: entry.composed_at ?? new Date(composed_at_ms).toISOString(),
        device_id: entry.device_id ?? this.device_id,
      }
      await this.shelf.put(tried)
      const now = this.find(key)
      if (now === entry) {
        this.show(tried)
        this.channel?.postMessage({})
        return tried
      }
      entry = now
    }
    return undefined
  }

  /** On its way, and late when that takes long; until the returned function is called. */
  private takesOff(key: string): () => void {
    this.flying.value = key
    const lateness = setTimeout(() => (this.late.value = true), SLOW_MS)
    return () => {
      clearTimeout(lateness)
      this.late.value = false
      this.flying.value = undefined
    }
  }

  /** One step of a photo; what it goes with is looked at anew after each, since this may have taken long. */
  private async carryPhoto(entry: Entry): Promise<boolean> {
    const landed = this.takesOff(entry.key)
    const left = new Promise<'left'>((resolve) => (this.leave = () => resolve('left')))
    try {
      const photo = await Promise.race([this.told.photo(entry.photo!), left])
      this.failures = 0
      this.tried_at_ms.value = undefined
      if (photo === 'left' || !this.find(entry.key)?.photo) return true
      await this.change(entry.key, photo ? { photo } : { refused: { code: 'photo_lost', words: t('photo.lost') } })
      return true
    } catch (error) {
      return await this.unsettled(error, entry.key)
    } finally {
      landed()
      this.leave = undefined
    }
  }

  /** Something other than yes; whether to go on at once. */
  private async unsettled(error: unknown, key?: string): Promise<boolean> {
    if (!(error instanceof ApiError || error instanceof NoAnswer)) throw error
    const answer = error instanceof ApiError ? error.problem : undefined
    const said = settle(answer && { status: answer.status, code: answer.code, words: error.message, retry_after_s: answer.retry_after_s })
    if (said.kind === 'refused' && key) {
      if (this.find(key)?.undo) {
        await this.drop(key) // taken back, and it never was there
        await this.read()
        return true
      }
      await this.change(key, { refused: said.refusal, undo: false })
      return true
    }
    if (said.kind === 'asks' && key) {
      await this.change(key, { asks: said.why })
      return true
    }
    if (said.kind === 'barred' && said.by === 'policy' && error instanceof ApiError) this.told.policy(error)
    this.fail(said.kind === 'again' ? said.after_s : null, said.kind === 'barred' ? said.by : undefined)
    return true
  }

  private fail(after_s: number | null | undefined, by?: 'sign-in' | 'pin' | 'policy'): void {
    this.tried_at_ms.value = Date.now()
    this.unbroken = false
    this.barred.value = by
    this.failures++
    const wait_ms = by ? BARRED_MS : after_s ? after_s * 1000 : backoffMs(this.failures, Math.random())
    this.not_before_ms = performance.now() + wait_ms
  }
}
