/** The cue sheet as the desk edits it: read anew whenever the event changes, written step by step, carried as a file. */
import { computed, effect, signal } from '@preact/signals'
import { get, patch, post, remove } from '../shared/api.ts'
import type * as commands from '../shared/commands.ts'
import { t } from '../shared/i18n/index.ts'
import { announce } from '../shared/ui/announce.tsx'
import type { Texts } from '../shared/wire.ts'
import type { Desk } from './desk.ts'

export const KEPT = 'complication'
const FORMAT = 1

export type Cue = commands.Step

export interface Timed {
  id: string
  planned_min: number | null
  actual_min: number | null
  late_min: number | null
  expected_at: string | null
}

export interface Plan {
  steps: Timed[]
  next_id: string | null
  late_min: number
  pace: string
  next_due_at: string | null
  ends_at: string | null
}

/** What is written of a step, by hand or in a file. */
export interface Words {
  title: string
  texts: Texts
  key_moment: boolean
  minutes: number | null
  branch: string
  /** What the public page calls it, by language; nothing where the page is not to know of it. */
  label: Texts
}

export const wordsOf = ({ title, texts, key_moment, minutes, branch, label }: Words): Words => ({
  title, texts: { ...texts }, key_moment, minutes, branch, label: { ...label },
})

/** Whether other words are signed for: minutes and place say when, not what. */
export const voids = (before: Words, after: Words): boolean =>
  before.title.trim() !== after.title.trim() ||
  before.key_moment !== after.key_moment ||
  before.branch !== after.branch ||
  JSON.stringify(spoken(before.texts)) !== JSON.stringify(spoken(after.texts)) ||
  JSON.stringify(spoken(before.label)) !== JSON.stringify(spoken(after.label))

/** The texts that say something, in one order. */
function spoken(texts: Texts): [string, string][] {
  return Object.entries(texts)
    .map(([lang, text]): [string, string] => [lang, text.trim()])
    .filter(([, text]) => text)
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

export const isOut = (cue: Cue): boolean => cue.sent_update_id !== null && cue.sent_state !== 'withdrawn'

/** The blanks of a text: "{minutes}". */
export const blanksIn = (text: string): string[] => [...new Set([...text.matchAll(/\{([a-z_]{1,30})\}/g)].map((found) => found[1]!))]

export function fileOf(title: string, cues: readonly Cue[]): string {
  return JSON.stringify({ tocsin_cue_sheet: FORMAT, title, steps: cues.map(wordsOf) }, null, 1)
}

/** The steps of a file, or nothing when it is no cue sheet. What is wrong inside a step the server says, by its number. */
export function stepsOf(source: string): Words[] | undefined {
  let found: unknown
  try {
    found = JSON.parse(source)
  } catch {
    return undefined
  }
  const { tocsin_cue_sheet, steps } = (found ?? {}) as { tocsin_cue_sheet?: unknown; steps?: unknown }
  if (tocsin_cue_sheet !== FORMAT || !Array.isArray(steps) || !steps.length) return undefined
  const all = steps as Partial<Words>[]
  if (!all.every((one) => typeof one?.title === 'string' && typeof one.texts === 'object' && one.texts !== null)) return undefined
  return all.map((one) => ({
    title: one.title!, texts: one.texts!, key_moment: one.key_moment === true, minutes: one.minutes ?? null, branch: one.branch ?? '', label: one.label ?? {},
  }))
}

export class CueSheet {
  readonly cues = signal<readonly Cue[] | undefined>(undefined)
  readonly plan = signal<Plan | undefined>(undefined)
  readonly timed = computed(() => new Map(this.plan.value?.steps.map((one) => [one.id, one])))
  /** Each branch in the order of its first step; the main course first, the kept lines last. */
  readonly branches = computed(() => {
    const names = [...new Set(['', ...(this.cues.value ?? []).map((cue) => cue.branch)])]
    const place = (name: string) => (name === '' ? 0 : name === KEPT ? 2 : 1)
    return names.sort((a, b) => place(a) - place(b)).map((name) => ({ name, cues: (this.cues.value ?? []).filter((cue) => cue.branch === name) }))
  })
  private readonly desk: Desk
  private looks = 0

  constructor(desk: Desk) {
    this.desk = desk
  }

  private get path(): string {
    return `events/${this.desk.config.event_id}/steps`
  }

  /** While the page is open; returns how to stop. */
  follow(): () => void {
    return effect(() => {
      void this.desk.store.event.value
      void this.desk.store.updates.value.length
      void this.look()
    })
  }

  async look(): Promise<void> {
    const look = ++this.looks
    const found = await Promise.all([get<Cue[]>(`${this.path}?whole=true`), get<Plan>(`${this.path}/plan`)]).catch(() => undefined)
    if (found && look === this.looks) [this.cues.value, this.plan.value] = found
  }

  private act(work: (confirmed: boolean) => Promise<unknown>, said: string, after?: () => void): void {
    this.desk.acting.confirming('cue', async (confirmed) => {
      try {
        await work(confirmed)
      } catch (error) {
        void this.look() // what somebody else made of it stands beside what is being written
        throw error
      }
      await this.look()
      announce(said)
      after?.()
    })
  }

  add = (words: Words, after: () => void) => this.act((confirmed) => post(this.path, { ...words, confirmed }), t('cue.added'), after)
  change = (cue: Cue, version: number, words: Words, after: () => void) => this.act((confirmed) => patch(`${this.path}/${cue.id}`, { version, ...words, confirmed }), t('cue.saved'), after)
  move = (cue: Cue, to: number) => this.act(() => patch(`${this.path}/${cue.id}`, { version: cue.version, n: to }), t('cue.moved', { title: cue.title }))
  remove = (cue: Cue, after: () => void) => this.act(() => remove(`${this.path}/${cue.id}?version=${cue.version}`), t('cue.removed', { title: cue.title }), after)
  sign = (cue: Cue) => this.act(() => post(`${this.path}/${cue.id}/sign`, { version: cue.version }), t('cue.signed.said', { title: cue.title }))
  take = (branch: string) => this.act(() => post(`${this.path}/branch`, { branch }), t('cue.taken'))
  addAll = (steps: readonly Words[], after: () => void) => this.act((confirmed) => post(`${this.path}/import`, { steps, confirmed }), t('cue.added.n', { n: steps.length }), after)
}
