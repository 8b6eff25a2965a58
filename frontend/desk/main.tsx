import '../shared/staff.css'
import './desk.css'
import { render } from 'preact'
import { readConfig } from '../shared/config.ts'
import { useLanguage } from '../shared/i18n/index.ts'
import { modeOf } from '../shared/mode.ts'
import { ModeBar } from '../shared/ui/mode-bar.tsx'

const config = readConfig()
await useLanguage(config.lang)
render(<ModeBar mode={modeOf(undefined, config.drill)} />, document.getElementById('app')!)
