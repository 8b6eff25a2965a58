/** The screen's clock: one signal, ticking four times a second while somebody looks at it. */
import { computed, signal } from '@preact/signals'

/** How far the server's clock is ahead of this machine's, from the answers' times. */
let ahead_ms = 0

export const now_ms = signal(Date.now())

/** The same, for what is told in minutes: a long list need not be drawn four times a second. */
export const coarse_ms = computed(() => Math.floor(now_ms.value / 10_000) * 10_000)

export function serverSaidItIs(at: string): void {
  const time = Date.parse(at)
  // A frame is a moment old when it arrives; only a difference that a person could see matters.
  if (Number.isFinite(time) && Math.abs(time - Date.now() - ahead_ms) > 500) ahead_ms = time - Date.now()
}

export function startTicking(): () => void {
  const tick = () => {
    now_ms.value = Date.now() + ahead_ms
  }
  tick()
  const timer = setInterval(tick, 250)
  return () => clearInterval(timer)
}
