/** Pairing a tablet: the admin's code, proof of the person it is for, and a PIN for when it is left alone. */
import { useSignal } from '@preact/signals'
import { ApiError } from '../shared/api.ts'
import * as device from '../shared/device.ts'
import { t } from '../shared/i18n/index.ts'
import { Notice } from '../shared/ui/parts.tsx'
import { Field, Frame } from './frame.tsx'

/** The code that a scanned picture put behind the "#"; taken out of the address, so that it stays in no history. */
export function takeCode(): string {
  const code = decodeURIComponent(location.hash.slice(1))
  if (code) history.replaceState(null, '', location.pathname)
  return code
}

export function Pair({ drill, code: given }: { drill: boolean; code: string }) {
  const code = useSignal(given)
  const way = useSignal<'password' | 'code'>(drill ? 'code' : 'password')
  const password = useSignal('')
  const second = useSignal('')
  const secondAsked = useSignal(false)
  const person = useSignal('')
  const pin = useSignal('')
  const again = useSignal('')
  const refused = useSignal('')
  const busy = useSignal(false)
  async function pair(): Promise<void> {
    refused.value = ''
    if (pin.value !== again.value) {
      refused.value = t('pair.pin.differ')
      return
    }
    busy.value = true
    try {
      const proof =
        way.value === 'code'
          ? { person_code: person.value.trim() }
          : { password: password.value, ...(second.value.trim() && { second: second.value.trim() }) }
      const paired = await device.pair({ code: code.value.trim(), pin: pin.value, ...proof })
      // The event's id is an address too: the server finds an event by either.
      location.assign(`/presenter/${encodeURIComponent(paired.device.event_id)}`)
    } catch (error) {
      if (error instanceof ApiError && error.code === 'second_factor_needed') secondAsked.value = true
      refused.value = error instanceof ApiError ? error.message : t('trouble.noanswer.start')
      busy.value = false
    }
  }
  if (!globalThis.crypto?.subtle) {
    return (
      <Frame drill={drill}>
        <h1>{t('pair.title')}</h1>
        <Notice tone="bad" title={t('pair.insecure')}>
          {t('pair.insecure.sub')}
        </Notice>
      </Frame>
    )
  }
  return (
    <Frame drill={drill}>
      <h1>{t('pair.title')}</h1>
      <p class="t2">{t('pair.sub')}</p>
      <form
        onSubmit={(submit) => {
          submit.preventDefault()
          if (!busy.value) void pair()
        }}
      >
        <div class="card">
          <Field id="code" label={t('pair.code')} hint={t('pair.code.hint')} value={code.value} onInput={(value) => (code.value = value)} />
        </div>
        <div class="card">
          <h2>{t('pair.who')}</h2>
          <div class="seg" role="group" aria-label={t('pair.who')}>
            <button type="button" aria-pressed={way.value === 'password'} onClick={() => (way.value = 'password')}>
              {t('signin.password')}
            </button>
            <button type="button" aria-pressed={way.value === 'code'} onClick={() => (way.value = 'code')}>
              {t('signin.code')}
            </button>
          </div>
          {way.value === 'password' ? (
            <>
              <Field id="password" label={t('pair.password')} type="password" autocomplete="off" value={password.value} onInput={(value) => (password.value = value)} />
              {secondAsked.value && (
                <Field id="second" label={t('signin.second')} hint={t('signin.second.hint')} autocomplete="one-time-code" value={second.value} onInput={(value) => (second.value = value)} />
              )}
            </>
          ) : (
            <Field id="person" label={t('signin.code')} hint={t('pair.person.hint')} value={person.value} onInput={(value) => (person.value = value)} />
          )}
        </div>
        <div class="card">
          <Field id="pin" label={t('pair.pin')} type="password" numeric hint={t('pair.pin.hint')} autocomplete="new-password" value={pin.value} onInput={(value) => (pin.value = value)} />
          <Field id="pin-again" label={t('pair.pin.again')} type="password" numeric autocomplete="new-password" value={again.value} onInput={(value) => (again.value = value)} />
        </div>
        <div role="alert">{refused.value && <Notice tone="bad" title={t('pair.refused')}>{refused.value}</Notice>}</div>
        <button type="submit" class="btn btn-p btn-lg" aria-disabled={busy.value ? 'true' : undefined}>
          {t('pair.do')}
        </button>
      </form>
    </Frame>
  )
}
