/** Hold, resume, stop and start again, the same on the tablet and the desk. */
import { signal } from '@preact/signals'
import type { Acting } from './acting.ts'
import * as commands from './commands.ts'
import type { DeskStore } from './desk-state.ts'
import { t } from './i18n/index.ts'
import { now_ms } from './tick.ts'
import { announce } from './ui/announce.tsx'
import type { DeskUpdate } from './wire.ts'

/** Older than this, what waited on hold is asked about before it goes on. */
const OLD_MS = 10 * 60_000

export interface Choosing {
  after: 'hold' | 'stop'
  waiting: readonly DeskUpdate[]
}

export class Stopping {
  /** Updates that a person must decide about before sending goes on; undefined when none is asked. */
  readonly choosing = signal<Choosing | undefined>(undefined)
  /** The honest answer to the stop that was pressed here. */
  readonly report = signal<commands.StopReport | undefined>(undefined)
  private readonly store: DeskStore
  private readonly acting: Acting
  private readonly event_id: string
  private readonly pressed: () => void

  /**
   * Args:
   *   pressed: Told of a press of hold or stop, before anybody knows whether the server hears it.
   */
  constructor(store: DeskStore, acting: Acting, event_id: string, pressed: () => void = () => undefined) {
    this.pressed = pressed
    this.store = store
    this.acting = acting
    this.event_id = event_id
  }

  hold(): void {
    this.pressed()
    void this.acting.once(
      'hold',
      async () => {
        await commands.hold(this.event_id)
        await this.look()
        announce(t('mode.hold.sub'))
      },
      { again: () => this.hold(), unheard: { title: t('trouble.unheard.hold'), words: t('trouble.unheard.hold.sub') }, urgent: true },
    )
  }

  /** Ask how it stands instead of waiting to be told: whoever pressed must see it at once. */
  private async look(): Promise<void> {
    this.store.begin(await commands.readEvent(this.event_id))
  }

  /** Countdowns go on with what they had left; what has waited long is asked about first. */
  resume(): void {
    const waiting = this.store.counting.value
    const old = waiting.some((update) => now_ms.value - Date.parse(update.received_at) > OLD_MS)
    if (old) this.choosing.value = { after: 'hold', waiting }
    else this.decided({}, 'hold')
  }

  stop(stopped?: () => void): void {
    this.pressed()
    void this.acting.once(
      'stop',
      async () => {
        this.report.value = await commands.stop(this.event_id)
        stopped?.()
        await this.look()
        announce(t('stopped.title'), 'alert')
      },
      {
        again: () => this.stop(stopped),
        // Sending may go on: whoever pressed must hear that, and not that a text of theirs is safe.
        unheard: { title: t('trouble.unheard.stop'), words: t('trouble.unheard.stop.sub') },
        urgent: true,
      },
    )
  }

  /** After a stop nothing goes on by itself: each thing that waits is kept or dropped (N2). */
  restart(): void {
    const waiting = this.store.waiting.value
    if (waiting.length) this.choosing.value = { after: 'stop', waiting }
    else this.decided({}, 'stop')
  }

  decided(decisions: Readonly<Record<string, commands.Choice>>, after = this.choosing.value?.after): void {
    void this.acting.once('go on', async () => {
      try {
        if (after === 'stop') await commands.restart(this.event_id, decisions)
        else {
          // Dropped first, so that none can slip out in between.
          const dropped = Object.keys(decisions).filter((id) => decisions[id] === 'drop')
          await Promise.all(dropped.map((id) => commands.undo(id)))
          await commands.resume(this.event_id)
        }
        await this.look()
      } finally {
        // Whatever was answered, the words of it stand on the page and not behind a dialog.
        this.choosing.value = undefined
      }
    })
  }
}
