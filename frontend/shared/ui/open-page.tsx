/** Opening a staff page: to sign-in when nobody is signed in, and a way to try again when the server is away. */
import { render } from 'preact'
import { ApiError, NoAnswer } from '../api.ts'
import { t } from '../i18n/index.ts'
import { Notice } from './parts.tsx'

export async function openPage(begin: () => Promise<void>): Promise<void> {
  try {
    await begin()
  } catch (error) {
    if (error instanceof ApiError && (error.status === 401 || error.code === 'choose_password')) {
      location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.hash)}`)
      return
    }
    if (!(error instanceof ApiError || error instanceof NoAnswer)) throw error
    render(
      <main class="failed">
        <div role="alert">
          <Notice
            tone="bad"
            title={t('start.failed')}
            action={
              <button type="button" class="btn btn-p" onClick={() => void openPage(begin)}>
                {t('trouble.again')}
              </button>
            }
          >
            {error instanceof ApiError ? error.message : t('trouble.noanswer.start')}
          </Notice>
        </div>
      </main>,
      document.getElementById('app')!,
    )
  }
}
