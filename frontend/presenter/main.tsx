import '../shared/staff.css'
import './presenter.css'
import { effect } from '@preact/signals'
import { render } from 'preact'
import { ApiError, NoAnswer } from '../shared/api.ts'
import { readSession } from '../shared/commands.ts'
import { readConfig } from '../shared/config.ts'
import * as device from '../shared/device.ts'
import { forgetAll } from '../shared/forgetting.ts'
import { useLanguage } from '../shared/i18n/index.ts'
import { newKey } from '../shared/key-book.ts'
import { followTheme } from '../shared/theme.ts'
import { startTicking } from '../shared/tick.ts'
import { useZone } from '../shared/zone.ts'
import { openPage } from '../shared/ui/open-page.tsx'
import { App } from './app.tsx'
import { Keeper } from './keeper.ts'
import { Lock } from './lock.tsx'
import { Shelf } from './shelf.ts'
import { knownName, Tablet, type Known } from './tablet.ts'
import { keepWorker } from './worker.ts'

/** Who has everything here to begin with does not wait long for a network that does not answer. */
const PATIENCE_MS = 3_000

const root = document.getElementById('app')!
const config = readConfig()
followTheme()
useZone(config.zone)
await useLanguage(config.lang)
startTicking()

/** The screen stays awake while it is looked at; browsers that cannot are left alone. */
function stayAwake(): void {
  if (document.visibilityState === 'visible') void navigator.wakeLock?.request('screen').catch(() => undefined)
}

/** Whether an answer says no more than that the server is away. */
const isAway = (error: unknown): boolean => error instanceof NoAnswer || (error instanceof ApiError && error.status >= 500)

async function deviceId(shelf: Shelf): Promise<string> {
  const paired = await device.kept()
  if (paired) return paired.device_id
  const made = (await shelf.read<string>('device')) ?? newKey()
  await shelf.write('device', made)
  return made
}

await openPage(async () => {
  const shelf = await Shelf.open()
  const before = await shelf.read<Known>(knownName(config.event_id))
  let known: Known | undefined
  const session = await readSession(before ? PATIENCE_MS : undefined).catch((error: unknown) => {
    if (!before || !isAway(error)) throw error
    known = before
    return before.session
  })
  const tablet = new Tablet(config, session, shelf, await deviceId(shelf))
  const keeper = new Keeper(shelf)
  effect(() => {
    if (!keeper.wiped.value) return
    tablet.sender.stop()
    void forgetAll()
  })
  await keeper.start(session.locked, () => tablet.follow(), known !== undefined)
  if (keeper.wiped.value || keeper.locked.value) {
    render(<Lock keeper={keeper} acting={tablet.acting} event_id={config.event_id} pressed={() => void tablet.sender.holdBack()} />, root)
    await new Promise<void>((unlocked) => effect(() => void (keeper.locked.value || keeper.wiped.value || unlocked())))
    render(null, root)
  }
  await tablet.start(known).catch((error: unknown) => {
    if (!before || !isAway(error)) throw error
    return tablet.start(before)
  })
  effect(() => void (keeper.locked.value || tablet.sender.wake()))
  render(<App tablet={tablet} keeper={keeper} />, root)
  document.addEventListener('visibilitychange', stayAwake)
  stayAwake()
  keepWorker(tablet)
})
