/** The life of a paired tablet: it renews its session, tells of touches, locks when left alone, and hears that it was wiped. */
import { signal } from '@preact/signals'
import { ApiError, listeners } from '../shared/api.ts'
import * as device from '../shared/device.ts'
import { t } from '../shared/i18n/index.ts'
import { post } from '../shared/api.ts'

const LOOK_EVERY_MS = 1_000

export class Keeper {
  readonly locked = signal(false)
  readonly wiped = signal(false)
  /** What the last wrong PIN was answered with. */
  readonly refused = signal('')
  readonly busy = signal(false)
  private kept: device.Kept | undefined
  private idle: device.Idle | undefined
  private renewing = false

  /** Begin to keep the tablet; on a desk's browser, which has no key, this does nothing. */
  async start(locked: boolean, renewed: () => void): Promise<void> {
    this.kept = await device.kept()
    this.locked.value = locked
    listeners.add(({ status, code }) => {
      if (code === 'pin_needed') this.locked.value = true
      else if (code === 'device_wiped') this.wiped.value = true
      else if (status === 401 && this.kept) void this.renew(renewed)
    })
    if (!this.kept) return
    this.idle = new device.Idle(this.kept.idle_s, Date.now())
    const touched = () => {
      if (!this.locked.value && this.idle?.touch(Date.now())) void post('devices/touch').catch(() => undefined)
    }
    addEventListener('pointerdown', touched, { capture: true, passive: true })
    addEventListener('keydown', touched, { capture: true })
    setInterval(() => {
      if (this.locked.value || !this.idle?.isOver(Date.now())) return
      this.locked.value = true
      // The server's clock may run behind this one's: without this, loading the page again could open it.
      void post('devices/lock').catch(() => undefined)
    }, LOOK_EVERY_MS)
    // Well before the session ends, and at once when the tablet wakes up.
    setInterval(() => void this.renew(), (this.kept.session_s * 1000) / 2)
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') void this.renew()
    })
  }

  private async renew(renewed?: () => void): Promise<void> {
    if (!this.kept || this.renewing || this.wiped.value) return
    this.renewing = true
    try {
      const now = await device.renew(this.kept)
      if (now.locked) this.locked.value = true
      renewed?.()
    } catch (error) {
      if (device.isWiped(error)) this.wiped.value = true
      // Anything else: the next turn tries again, and a session that has ended says so by itself.
    } finally {
      this.renewing = false
    }
  }

  async unlock(pin: string): Promise<void> {
    if (this.busy.value) return
    this.busy.value = true
    this.refused.value = ''
    try {
      await device.unlock(pin)
      this.idle?.unlocked(Date.now())
      this.locked.value = false
    } catch (error) {
      if (device.isWiped(error)) this.wiped.value = true
      else this.refused.value = error instanceof ApiError ? error.message : t('trouble.noanswer.start')
    } finally {
      this.busy.value = false
    }
  }
}
