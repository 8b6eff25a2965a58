import '../shared/staff.css'
import './sign-in.css'
import { render } from 'preact'
import { get } from '../shared/api.ts'
import { readConfig } from '../shared/config.ts'
import { t, useLanguage } from '../shared/i18n/index.ts'
import { openPage } from '../shared/ui/open-page.tsx'
import { SetUp } from './set-up.tsx'
import { SignIn } from './sign-in.tsx'

const config = readConfig()
await useLanguage(config.lang)

await openPage(async () => {
  const { needed, drill } = await get<{ needed: boolean; drill: boolean }>('setup')
  document.title = t(needed ? 'setup.title' : 'signin.title')
  render(needed ? <SetUp drill={drill} /> : <SignIn drill={drill} />, document.getElementById('app')!)
})
