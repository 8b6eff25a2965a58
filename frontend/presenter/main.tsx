import '../shared/staff.css'
import './presenter.css'
import { render } from 'preact'
import { ApiError } from '../shared/api.ts'
import { readConfig } from '../shared/config.ts'
import { t, useLanguage } from '../shared/i18n/index.ts'
import { startTicking } from '../shared/tick.ts'
import { Notice } from '../shared/ui/parts.tsx'
import { App } from './app.tsx'
import { Tablet } from './tablet.ts'

const root = document.getElementById('app')!
const config = readConfig()
await useLanguage(config.lang)
startTicking()

async function begin(): Promise<void> {
  const tablet = new Tablet(config)
  try {
    await tablet.start()
    render(<App tablet={tablet} />, root)
    // The screen stays awake while it is looked at; browsers that cannot are left alone.
    const stayAwake = () => void (document.visibilityState === 'visible' && navigator.wakeLock?.request('screen').catch(() => undefined))
    document.addEventListener('visibilitychange', stayAwake)
    stayAwake()
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`)
      return
    }
    render(
      <main class="failed">
        <div role="alert">
        <Notice
          tone="bad"
          title={t('start.failed')}
          action={
            <button type="button" class="btn btn-p" onClick={() => void begin()}>
              {t('trouble.again')}
            </button>
          }
        >
          {error instanceof ApiError ? error.message : t('trouble.noanswer.start')}
        </Notice>
        </div>
      </main>,
      root,
    )
  }
}

await begin()
