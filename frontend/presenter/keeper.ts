/** The life of a paired tablet: it renews its session, tells of touches, locks when left alone, and hears that it was wiped. */
import { effect, signal } from '@preact/signals'
import { ApiError, listeners, NoAnswer } from '../shared/api.ts'
import * as device from '../shared/device.ts'
import { t } from '../shared/i18n/index.ts'
import { post } from '../shared/api.ts'
import type { Shelf } from './shelf.ts'

const LOOK_EVERY_MS = 1_000
const NOTE_EVERY_MS = 5_000

export class Keeper {
  readonly locked = signal(false)
  readonly wiped = signal(false)
  /** What the last wrong PIN was answered with. */
  readonly refused = signal('')
  readonly busy = signal(false)
  private kept: device.Kept | undefined
  private idle: device.Idle | undefined
  private renewing = false
  private noted_ms = 0
  private readonly shelf: Shelf

  constructor(shelf: Shelf) {
    this.shelf = shelf
  }

  /**
   * Begin to keep the tablet; on a desk's browser, which has no key, this does little.
   *
   * Args:
   *   offline: The server was not asked: a tablet that was locked, or was left alone meanwhile, is locked.
   */
  async start(locked: boolean, renewed: () => void, offline = false): Promise<void> {
    this.kept = await device.kept()
    this.locked.value = locked || (offline && this.kept !== undefined && (await this.wasLeft(this.kept.idle_s)))
    effect(() => void this.shelf.write('locked', this.locked.value))
    listeners.add(({ status, code }) => {
      if (code === 'pin_needed') this.locked.value = true
      else if (code === 'device_wiped') this.wiped.value = true
      else if (status === 401 && this.kept) void this.renew(renewed)
    })
    if (!this.kept) return
    this.idle = new device.Idle(this.kept.idle_s, Date.now())
    const touched = () => {
      this.noteTouch()
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

  /** By what is kept here. A clock that was set leaves a doubt, and a doubt locks. */
  private async wasLeft(idle_s: number): Promise<boolean> {
    const touched_ms = await this.shelf.read<number>('touched')
    return (await this.shelf.read<boolean>('locked')) === true || touched_ms === undefined || Math.abs(Date.now() - touched_ms) > idle_s * 1000
  }

  private noteTouch(): void {
    const now_ms = Date.now()
    if (this.locked.value || Math.abs(now_ms - this.noted_ms) < NOTE_EVERY_MS) return
    this.noted_ms = now_ms
    void this.shelf.write('touched', now_ms)
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
      else this.refused.value = error instanceof ApiError ? error.message : t(error instanceof NoAnswer ? 'lock.offline' : 'trouble.noanswer.start')
    } finally {
      this.busy.value = false
    }
  }
}
