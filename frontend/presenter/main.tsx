import '../shared/staff.css'
import './presenter.css'
import { render } from 'preact'
import { readConfig } from '../shared/config.ts'
import { useLanguage } from '../shared/i18n/index.ts'
import { startTicking } from '../shared/tick.ts'
import { openPage } from '../shared/ui/open-page.tsx'
import { App } from './app.tsx'
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
  const tablet = new Tablet(config)
  await tablet.start()
  render(<App tablet={tablet} />, root)
  document.addEventListener('visibilitychange', stayAwake)
  stayAwake()
})
