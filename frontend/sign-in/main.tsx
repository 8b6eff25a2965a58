import '../shared/staff.css'
import './sign-in.css'
import { render } from 'preact'
import { get } from '../shared/api.ts'
import { readConfig } from '../shared/config.ts'
import * as device from '../shared/device.ts'
import { useZone } from '../shared/zone.ts'
import { t, useLanguage } from '../shared/i18n/index.ts'
import { openPage } from '../shared/ui/open-page.tsx'
import { nextPlace } from './frame.tsx'
import { register } from '../presenter/worker.ts'
import { Pair, takeCode } from './pair.tsx'
import { SetUp } from './set-up.tsx'
import { SignIn } from './sign-in.tsx'

const root = document.getElementById('app')!
const config = readConfig()
useZone(config.zone)
await useLanguage(config.lang)

/** A paired tablet whose session ran out comes back by its key, without anybody typing. */
async function comesBack(): Promise<boolean> {
  const next = nextPlace(location.search, '')
  const kept = next.startsWith('/presenter') ? await device.kept() : undefined
  if (!kept) return false
  try {
    await device.renew(kept)
    location.replace(next)
    return true
  } catch {
    return false // wiped, or away: whoever is there may sign in instead
  }
}

await openPage(async () => {
  const { needed, drill } = await get<{ needed: boolean; drill: boolean }>('setup')
  if (location.pathname === '/pair') {
    document.title = t('pair.title')
    void register('/pair') // the tablet that this becomes opens without a network
    render(<Pair drill={drill} code={takeCode()} />, root)
    return
  }
  if (!needed && (await comesBack())) return
  document.title = t(needed ? 'setup.title' : 'signin.title')
  render(needed ? <SetUp drill={drill} /> : <SignIn drill={drill} choose={config.choose} />, root)
})
