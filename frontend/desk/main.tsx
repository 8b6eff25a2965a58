import '../shared/staff.css'
import './desk.css'
import { render } from 'preact'
import { readSession } from '../shared/commands.ts'
import { readConfig } from '../shared/config.ts'
import { useLanguage } from '../shared/i18n/index.ts'
import { followTheme } from '../shared/theme.ts'
import { startTicking } from '../shared/tick.ts'
import { useZone } from '../shared/zone.ts'
import { keepFocus } from '../shared/ui/focus-keeper.ts'
import { openPage } from '../shared/ui/open-page.tsx'
import { App } from './app.tsx'
import { Desk } from './desk.ts'
import { Front } from './front.tsx'
import { listenToKeys } from './keys.tsx'
import { followRoute } from './route.ts'

const root = document.getElementById('app')!
const config = readConfig()
followTheme()
useZone(config.zone)
await useLanguage(config.lang)
startTicking()
keepFocus()

await openPage(async () => {
  const session = await readSession()
  if (!config.event_id) {
    followRoute('events')
    render(<Front session={session} />, root)
    return
  }
  followRoute('desk')
  const desk = new Desk(config, session)
  await desk.start()
  listenToKeys(desk)
  render(<App desk={desk} />, root)
})
