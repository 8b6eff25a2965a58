/**
 * The house's policy: read and acknowledged by version before the first post.
 *
 * What was refused for it is kept: after the acknowledgement the very same text is sent, without another press.
 */
import { signal } from '@preact/signals'
import { acknowledge, readPolicy, type Policy } from './access.ts'
import type { Acting } from './acting.ts'
import { ApiError } from './api.ts'
import { t } from './i18n/index.ts'
import { announce } from './ui/announce.tsx'

const AFTER_MS = 450

export class Reading {
  /** The text to read; undefined when nobody is asked to. */
  readonly shown = signal<Policy | undefined>(undefined)
  private readonly acting: Acting
  private then: (() => void) | undefined

  constructor(acting: Acting) {
    this.acting = acting
  }

  /** Show the policy of the day; `then` runs once it is acknowledged. */
  ask(then?: () => void): void {
    this.then = then
    void this.open().catch(() => undefined) // whoever cannot read it now is asked again by the next Send
  }

  private async open(): Promise<void> {
    this.shown.value = await readPolicy()
  }

  /** Whether a refusal was about the policy; then it is being dealt with. */
  takes(error: ApiError, then: () => void): boolean {
    if (error.code !== 'policy_not_read') return false
    this.ask(then)
    return true
  }

  done(): void {
    const policy = this.shown.value
    if (!policy) return
    void this.acting.once(
      'policy',
      async () => {
        await acknowledge(policy.version)
        const then = this.then
        this.later()
        announce(t('policy.said'))
        // A command of its own, and no bounce of the touch that ended the reading.
        if (then) setTimeout(then, AFTER_MS)
      },
      {
        urgent: true,
        refused: (error) => {
          if (error.code !== 'policy_moved') return false
          this.ask(this.then) // a newer version: that one is read
          return true
        },
      },
    )
  }

  later(): void {
    this.shown.value = undefined
    this.then = undefined
  }
}
