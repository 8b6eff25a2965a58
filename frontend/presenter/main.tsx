import '../shared/staff.css'
import './presenter.css'
import { effect } from '@preact/signals'
import { render } from 'preact'
import { readSession } from '../shared/commands.ts'
import { readConfig } from '../shared/config.ts'
import { useLanguage } from '../shared/i18n/index.ts'
import { startTicking } from '../shared/tick.ts'
import { openPage } from '../shared/ui/open-page.tsx'
import { App } from './app.tsx'
import { Keeper } from './keeper.ts'
import { Lock } from './lock.tsx'
import { Tablet } from './tablet.ts'

const root = document.getElementById('app')!
const config = readConfig()
await useLanguage(config.lang)
startTicking()

/** The screen stays awake while it is looked at; browsers that cannot are left alone. */
function stayAwake(): void {
  if (document.visibilityState === 'visible') void navigator.wakeLock?.request('screen').catch(() => undefined)
}

await openPage(async () => {
  const session = await readSession()
  const tablet = new Tablet(config, session)
  const keeper = new Keeper()
  await keeper.start(session.locked, () => tablet.follow())
  if (keeper.locked.value) {
    render(<Lock keeper={keeper} acting={tablet.acting} event_id={config.event_id} />, root)
    await new Promise<void>((unlocked) => effect(() => void (keeper.locked.value || unlocked())))
    render(null, root)
  }
  await tablet.start()
  render(<App tablet={tablet} keeper={keeper} />, root)
  document.addEventListener('visibilitychange', stayAwake)
  stayAwake()
})
