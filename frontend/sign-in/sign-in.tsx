/** Sign in by password, or by the single-use code that the start of the server printed. */
import { useSignal } from '@preact/signals'
import { ApiError, post } from '../shared/api.ts'
import { t } from '../shared/i18n/index.ts'
import { Notice } from '../shared/ui/parts.tsx'
import { Field, Frame, nextPlace } from './frame.tsx'

export function SignIn({ drill }: { drill: boolean }) {
  const way = useSignal<'password' | 'code'>(drill ? 'code' : 'password')
  const email = useSignal('')
  const password = useSignal('')
  const code = useSignal('')
  const refused = useSignal('')
  const busy = useSignal(false)
  async function signIn(): Promise<void> {
    busy.value = true
    refused.value = ''
    try {
      await post('session', way.value === 'code' ? { code: code.value.trim() } : { email: email.value.trim(), password: password.value })
      location.assign(nextPlace(location.search))
    } catch (error) {
      refused.value = error instanceof ApiError ? error.message : t('trouble.noanswer.start')
      busy.value = false
    }
  }
  return (
    <Frame drill={drill}>
      <h1>{t('signin.title')}</h1>
      <div class="seg" role="group" aria-label={t('signin.how')}>
        <button type="button" aria-pressed={way.value === 'password'} onClick={() => (way.value = 'password')}>
          {t('signin.password')}
        </button>
        <button type="button" aria-pressed={way.value === 'code'} onClick={() => (way.value = 'code')}>
          {t('signin.code')}
        </button>
      </div>
      <form
        class="card"
        onSubmit={(submit) => {
          submit.preventDefault()
          if (!busy.value) void signIn()
        }}
      >
        {way.value === 'password' ? (
          <>
            <Field id="email" label={t('people.email')} type="email" autocomplete="username" value={email.value} onInput={(value) => (email.value = value)} />
            <Field id="password" label={t('signin.password')} type="password" autocomplete="current-password" value={password.value} onInput={(value) => (password.value = value)} />
          </>
        ) : (
          <Field id="code" label={t('signin.code')} hint={t('signin.code.hint')} autocomplete="one-time-code" value={code.value} onInput={(value) => (code.value = value)} />
        )}
        <div role="alert">{refused.value && <Notice tone="bad" title={t('signin.refused')}>{refused.value}</Notice>}</div>
        <button type="submit" class="btn btn-p btn-lg" aria-disabled={busy.value ? 'true' : undefined}>
          {t('signin')}
        </button>
      </form>
    </Frame>
  )
}
