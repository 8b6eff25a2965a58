/** Scenario packs at the desk: what runs, what it gave, and whether a hand-over of the button keeps one away. */
import { computed, effect, signal } from '@preact/signals'
import { get, post } from '../shared/api.ts'
import { t } from '../shared/i18n/index.ts'
import { announce } from '../shared/ui/announce.tsx'
import type { Desk } from './desk.ts'
import { href } from './route.ts'

export interface Pack {
  id: string
  kind: string
  title: string
  brief: string
  seconds: number
  injects: number
  goals: Record<string, number>
}

export interface Inject {
  n: number
  kind: string
  platform: string | null
  text: string
  calls_for: string
  given_at: string
  ok: boolean
  why: string
}

export interface Run {
  id: string
  pack: string
  title: string
  state: string
  started_at: string
  ended_at: string | null
  goals: Record<string, number>
  injects: Inject[]
}

export interface Clearance {
  near: boolean
  /** Null while the button is offered: nobody knows when it will be taken. */
  free_at: string | null
  waits_for: { id: string; name: string }[]
}

export interface Score {
  score: number | null
  goals: Record<string, boolean>
  messages: number
  corrections: number
  first_message_s: number | null
  correction_s: number | null
  approvals: number
  sent_back: number
  approval_s: number | null
  silence_s: number | null
  guard_blocks: number
  undone: number
  holds: number
}

export interface Report {
  run: Run
  team: Score
  people: { who: string; name: string; score: Score }[]
}

/** As they were given: each inject is written down when its own moment comes, and two may come at once. */
export const inOrder = (injects: readonly Inject[]): Inject[] => [...injects].sort((a, b) => a.n - b.n)

export class Drills {
  readonly runs = signal<readonly Run[] | undefined>(undefined)
  readonly running = computed(() => this.runs.value?.find((run) => run.state === 'running'))
  readonly clearance = signal<Clearance | undefined>(undefined)
  private readonly desk: Desk
  private readonly heard = new Set<string>()
  private looks = 0

  constructor(desk: Desk) {
    this.desk = desk
  }

  private get path(): string {
    return `events/${this.desk.config.event_id}/drills`
  }

  /** Until the page closes. What a pack gives, its end and a hand-over each arrive as a change of the event. */
  start(): void {
    effect(() => {
      void this.desk.store.event.value
      void this.look()
    })
  }

  async look(): Promise<void> {
    const look = ++this.looks
    const found = await Promise.all([get<Run[]>(this.path), get<Clearance>(`${this.path}/clearance`)]).catch(() => undefined)
    if (!found || look !== this.looks) return // the next change looks again
    const first = this.runs.peek() === undefined
    ;[this.runs.value, this.clearance.value] = found
    const running = this.running.peek()
    for (const inject of running ? inOrder(running.injects) : []) {
      const name = `${running!.id} ${inject.n}`
      if (!first && !this.heard.has(name) && inject.kind === 'note') announce(t('drill.said', { text: inject.text }))
      this.heard.add(name)
    }
  }

  begin(pack: string, speed: number): void {
    void this.desk.acting.once('drill', async () => {
      await post<Run>(this.path, { pack, speed })
      await this.look()
      announce(t('drill.began'))
    })
  }

  stop(): void {
    const running = this.running.peek()
    void this.desk.acting.once('drill', async () => {
      await post<Run>(`${this.path}/stop`)
      await this.look()
      this.desk.asking.value = undefined
      if (running) location.hash = href('drills', running.id)
    })
  }

  /** I know that a drill may run although the button changes hands. */
  know(): void {
    void this.desk.acting.once('drill', async () => {
      await post<void>(`events/${this.desk.config.event_id}/button/drill-known`)
      await this.look()
      announce(t('drill.known'))
    })
  }

  readPacks = () => get<Pack[]>('drill-packs')
  readReport = (run_id: string) => get<Report>(`${this.path}/${run_id}`)
}
