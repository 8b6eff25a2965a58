/** When what still waits will be out: asked again every few seconds while something does, and never otherwise. */
import { computed, effect, signal } from '@preact/signals'
import { readForecast, type Forecast } from '../shared/commands.ts'
import { countsOf } from '../shared/delivery.ts'
import type { DeskStore } from '../shared/desk-state.ts'

const EVERY_MS = 5_000

export class Forecasts {
  /** By delivery. */
  readonly of = signal<ReadonlyMap<string, Forecast>>(new Map())
  private readonly store: DeskStore
  private readonly event_id: string
  private readonly waits = computed(() =>
    this.store.updates.value.some(
      (update) => update.state === 'released' && update.deliveries.some((one) => (one.state === 'queued' || one.state === 'sending') && countsOf(one).waiting > 0),
    ),
  )

  constructor(store: DeskStore, event_id: string) {
    this.store = store
    this.event_id = event_id
  }

  start(): void {
    effect(() => {
      if (!this.waits.value) {
        this.of.value = new Map()
        return
      }
      void this.ask()
      const timer = setInterval(() => void this.ask(), EVERY_MS)
      return () => clearInterval(timer)
    })
  }

  private async ask(): Promise<void> {
    try {
      const found = await readForecast(this.event_id)
      if (this.waits.peek()) this.of.value = new Map(found.map((one) => [one.delivery_id, one]))
    } catch {
      // An old forecast is worse than none; the board says the state by itself.
      this.of.value = new Map()
    }
  }
}
