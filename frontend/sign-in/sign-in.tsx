/**
 * Sign in by password (and a second factor), by passkey, or by a single-use code: one that the server's start printed,
 * or both halves of an invitation, after which a password is chosen here before anything else opens.
 */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { changePassword } from '../shared/access.ts'
import { ApiError, post } from '../shared/api.ts'
import { t } from '../shared/i18n/index.ts'
import { Icon } from '../shared/ui/icon.tsx'
import { Notice } from '../shared/ui/parts.tsx'
import { canPasskeys, usePasskey } from '../shared/webauthn.ts'
import { Field, Frame, nextPlace } from './frame.tsx'

export function SignIn({ drill, choose }: { drill: boolean; choose: boolean }) {
  const way = useSignal<'password' | 'code'>(drill ? 'code' : 'password')
  const email = useSignal('')
  const password = useSignal('')
  const code = useSignal('')
  const second = useSignal('')
  /** The password was right and the account has an authenticator app. */
  const secondAsked = useSignal(false)
  /** Came in by a code that asks for a password of one's own. */
  const choosing = useSignal(choose)
  const own = useSignal('')
  const refused = useSignal('')
  const busy = useSignal(false)
  async function attempt(ask: () => Promise<unknown>): Promise<void> {
    if (busy.value) return
    busy.value = true
    refused.value = ''
    try {
      const answer = await ask()
      if (answer && typeof answer === 'object' && 'choose_password' in answer && answer.choose_password) {
        busy.value = false
        choosing.value = true
        return
      }
      location.assign(nextPlace(location.search))
    } catch (error) {
      busy.value = false
      if (error instanceof ApiError && error.code === 'second_factor_needed' && !secondAsked.value) secondAsked.value = true
      else if (error instanceof ApiError) refused.value = error.message
      // The browser's own dialog was closed, or it has no passkey for this address.
      else if (error instanceof DOMException) refused.value = t('signin.passkey.not')
      else refused.value = t('trouble.noanswer.start')
    }
  }
  const signIn = () =>
    attempt(() =>
      post(
        'session',
        way.value === 'code'
          ? { code: code.value.trim() }
          : { email: email.value.trim(), password: password.value, ...(second.value.trim() && { second: second.value.trim() }) },
      ),
    )
  const withPasskey = () =>
    attempt(async () => post('session/passkey', { credential: await usePasskey(await post('session/passkey/options')) }))
  useEffect(() => {
    if (choosing.value) document.getElementById('own')?.focus() // what had the focus is gone
  }, [choosing.value])
  const refusal = (
    <div role="alert">
      {refused.value && (
        <Notice tone="bad" title={t(choosing.value ? 'trouble.refused' : 'signin.refused')}>
          {refused.value}
        </Notice>
      )}
    </div>
  )
  if (choosing.value) {
    return (
      <Frame drill={drill}>
        <h1>{t('choose.title')}</h1>
        <p class="t2">{t('choose.sub')}</p>
        <form
          class="card"
          onSubmit={(submit) => {
            submit.preventDefault()
            void attempt(() => changePassword('', own.value))
          }}
        >
          <Field id="own" label={t('choose.password')} type="password" hint={t('password.hint')} autocomplete="new-password" value={own.value} onInput={(value) => (own.value = value)} />
          {refusal}
          <button type="submit" class="btn btn-p btn-lg" aria-disabled={busy.value ? 'true' : undefined}>
            {t('choose.do')}
          </button>
        </form>
      </Frame>
    )
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
          void signIn()
        }}
      >
        {way.value === 'password' ? (
          <>
            <Field id="email" label={t('people.email')} type="email" autocomplete="username" value={email.value} onInput={(value) => (email.value = value)} />
            <Field id="password" label={t('signin.password')} type="password" autocomplete="current-password" value={password.value} onInput={(value) => (password.value = value)} />
            {secondAsked.value && (
              <Field id="second" label={t('signin.second')} hint={t('signin.second.hint')} autocomplete="one-time-code" value={second.value} onInput={(value) => (second.value = value)} />
            )}
          </>
        ) : (
          <Field id="code" label={t('signin.code')} hint={t('signin.code.hint')} autocomplete="one-time-code" value={code.value} onInput={(value) => (code.value = value)} />
        )}
        {refusal}
        <button type="submit" class="btn btn-p btn-lg" aria-disabled={busy.value ? 'true' : undefined}>
          {t('signin')}
        </button>
      </form>
      {canPasskeys() && (
        <button type="button" class="btn btn-s btn-lg" aria-disabled={busy.value ? 'true' : undefined} onClick={() => void withPasskey()}>
          <Icon name="user" />
          {t('signin.passkey')}
        </button>
      )}
    </Frame>
  )
}
