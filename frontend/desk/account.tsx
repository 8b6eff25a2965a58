/** One's own ways in and screens: language, colours, password, authenticator app, passkeys, and where one is signed in. */
import { useSignal, type Signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import * as access from '../shared/access.ts'
import type { Acting } from '../shared/acting.ts'
import { readConfig } from '../shared/config.ts'
import { t } from '../shared/i18n/index.ts'
import { wearTheme } from '../shared/theme.ts'
import { announce } from '../shared/ui/announce.tsx'
import { Icon } from '../shared/ui/icon.tsx'
import { Chip, Notice } from '../shared/ui/parts.tsx'
import { TroubleNotice } from '../shared/ui/trouble.tsx'
import { canPasskeys, makePasskey } from '../shared/webauthn.ts'
import { clock, day } from '../shared/when.ts'
import { Drawn } from './tablets.tsx'

function Secret({ id, label, value, hint, fresh, optional }: { id: string; label: string; value: Signal<string>; hint?: string; fresh?: boolean; optional?: boolean }) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        class="in"
        id={id}
        type="password"
        required={!optional}
        autocomplete={fresh ? 'new-password' : 'current-password'}
        value={value.value}
        onInput={(input) => (value.value = input.currentTarget.value)}
      />
      {hint && <span class="hint">{hint}</span>}
    </div>
  )
}

function Password({ acting, read }: { acting: Acting; read: () => Promise<void> }) {
  const old = useSignal('')
  const fresh = useSignal('')
  return (
    <section class="card pb" aria-labelledby="h-password">
      <h2 id="h-password">{t('me.password')}</h2>
      <p class="t2">{t('me.password.sub')}</p>
      <form
        onSubmit={(submit) => {
          submit.preventDefault()
          void acting.once('password', async () => {
            await access.changePassword(old.value, fresh.value)
            old.value = fresh.value = ''
            announce(t('me.password.said'))
            await read()
          })
        }}
      >
        <Secret id="me-old" label={t('me.password.old')} value={old} />
        <Secret id="me-new" label={t('me.password.new')} value={fresh} hint={t('password.hint')} fresh />
        <button type="submit" class="btn btn-s">
          {t('me.password.do')}
        </button>
      </form>
    </section>
  )
}

function Totp({ acting, factors, read }: { acting: Acting; factors: access.Factors; read: () => Promise<void> }) {
  const password = useSignal('')
  const begun = useSignal<access.Enrolment | undefined>(undefined)
  const code = useSignal('')
  const codes = useSignal<string[]>([])
  const begin = () =>
    void acting.once('totp', async () => {
      begun.value = await access.beginTotp(password.value)
      password.value = ''
    })
  const confirm = () =>
    void acting.once('totp', async () => {
      codes.value = (await access.confirmTotp(code.value.trim())).codes
      begun.value = undefined
      code.value = ''
      await read()
    })
  const takeAway = () =>
    void acting.once('totp', async () => {
      await access.removeTotp(password.value)
      password.value = ''
      codes.value = []
      await read()
    })
  return (
    <section class="card pb" aria-labelledby="h-totp">
      <div class="row">
        <h2 id="h-totp">{t('me.totp')}</h2>
        <span class="sp" />
        {factors.totp ? (
          <Chip tone="ok" icon="check">
            {t('me.totp.on', { n: factors.recovery_codes_left })}
          </Chip>
        ) : (
          <Chip>{t('me.totp.off')}</Chip>
        )}
      </div>
      <p class="t2">{t('me.totp.sub')}</p>
      {codes.value.length > 0 && (
        <Notice tone="ok" icon="lock" title={t('me.totp.codes')}>
          <code class="mono codes">{codes.value.join('\n')}</code>
        </Notice>
      )}
      {begun.value ? (
        <form
          onSubmit={(submit) => {
            submit.preventDefault()
            confirm()
          }}
        >
          <Drawn class="qr" svg={begun.value.qr_svg} alt={t('me.totp.qr')} />
          <p>
            {t('me.totp.type')} <code class="mono code">{begun.value.secret}</code>
          </p>
          <div class="field">
            <label for="me-code">{t('me.totp.code')}</label>
            <input
              class="in"
              id="me-code"
              required
              inputMode="numeric"
              autocomplete="one-time-code"
              value={code.value}
              onInput={(input) => (code.value = input.currentTarget.value)}
            />
          </div>
          <button type="submit" class="btn btn-p">
            {t('me.totp.confirm')}
          </button>
        </form>
      ) : (
        <form
          onSubmit={(submit) => {
            submit.preventDefault()
            if (factors.totp) takeAway()
            else begin()
          }}
        >
          <Secret id="me-totp" label={t('me.password.own')} value={password} />
          <button type="submit" class={factors.totp ? 'btn btn-do' : 'btn btn-s'}>
            {t(factors.totp ? 'me.totp.remove' : 'me.totp.begin')}
          </button>
        </form>
      )}
    </section>
  )
}

function Passkeys({ acting, factors, read }: { acting: Acting; factors: access.Factors; read: () => Promise<void> }) {
  const name = useSignal('')
  const password = useSignal('')
  const add = () =>
    void acting.once('passkey', async () => {
      try {
        await access.addPasskey(name.value, await makePasskey(await access.passkeyOptions(password.value)))
      } catch (error) {
        if (!(error instanceof DOMException)) throw error
        acting.trouble.value = { title: t('trouble.refused'), words: t('me.passkeys.not') }
        return
      }
      name.value = password.value = ''
      await read()
    })
  return (
    <section class="card pb" aria-labelledby="h-passkeys">
      <h2 id="h-passkeys">{t('me.passkeys')}</h2>
      <p class="t2">{t('me.passkeys.sub')}</p>
      {factors.passkeys.length > 0 && (
        <ul>
          {factors.passkeys.map((one) => (
            <li class="row" key={one.id}>
              <b>{one.name}</b>
              <span class="t2">{one.used_at ? t('me.passkeys.used', { day: day(one.used_at) }) : t('me.passkeys.made', { day: day(one.created_at) })}</span>
              <span class="sp" />
              <button
                type="button"
                class="btn btn-do btn-xs"
                aria-label={t('me.passkeys.remove', { name: one.name })}
                onClick={() => void acting.once('passkey', async () => void (await access.removePasskey(one.id), await read()))}
              >
                {t('me.remove')}
              </button>
            </li>
          ))}
        </ul>
      )}
      {canPasskeys() ? (
        <form
          onSubmit={(submit) => {
            submit.preventDefault()
            add()
          }}
        >
          <div class="field">
            <label for="me-pk">{t('me.passkeys.name')}</label>
            <input class="in" id="me-pk" maxLength={60} required value={name.value} onInput={(input) => (name.value = input.currentTarget.value)} />
          </div>
          <Secret id="me-pk-password" label={t('me.passkeys.password')} value={password} optional />
          <button type="submit" class="btn btn-s">
            <Icon name="plus" />
            {t('me.passkeys.add')}
          </button>
        </form>
      ) : (
        <p class="t2">{t('me.passkeys.cannot')}</p>
      )}
    </section>
  )
}

const THEMES = ['light', 'dark', 'auto'] as const

/** Colours change at once; another language is another set of words, so the page is read anew. Drafts are kept. */
function Screens({ acting, factors, read }: { acting: Acting; factors: access.Factors; read: () => Promise<void> }) {
  const { langs } = readConfig()
  const choose = (choices: Partial<access.Choices>) =>
    // Each for itself: whoever takes a language while the colours are on their way means both.
    void acting.once(`choices:${Object.keys(choices).join()}`, async () => {
      const { theme } = await access.choose(choices)
      if (choices.lang !== undefined) return location.reload()
      await read()
      wearTheme(theme)
      announce(t('me.screens.said'))
    })
  return (
    <section class="card pb" aria-labelledby="h-screens">
      <h2 id="h-screens">{t('me.screens')}</h2>
      <p class="t2">{t('me.screens.sub')}</p>
      <div class="field">
        <label for="me-lang">{t('me.lang')}</label>
        <select class="in" id="me-lang" value={factors.lang} onChange={(change) => choose({ lang: change.currentTarget.value })}>
          <option value="">{t('me.lang.browser')}</option>
          {Object.entries(langs).map(([code, name]) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for="me-theme">{t('me.theme')}</label>
        <select class="in" id="me-theme" value={factors.theme} onChange={(change) => choose({ theme: change.currentTarget.value as access.Theme })}>
          {THEMES.map((theme) => (
            <option key={theme} value={theme}>
              {t(`me.theme.${theme}`)}
            </option>
          ))}
        </select>
        <span class="hint">{t('me.theme.hint')}</span>
      </div>
    </section>
  )
}

const BY = { password: 'me.by.password', code: 'me.by.code', passkey: 'me.by.passkey', device: 'me.by.device' } as const

function Sessions({ acting, factors, read }: { acting: Acting; factors: access.Factors; read: () => Promise<void> }) {
  return (
    <section class="card pb" aria-labelledby="h-sessions">
      <div class="row">
        <h2 id="h-sessions">{t('me.sessions')}</h2>
        <span class="sp" />
        {factors.sessions.length > 1 && (
          <button type="button" class="btn btn-do btn-sm" onClick={() => void acting.once('sessions', async () => void (await access.endOtherSessions(), await read()))}>
            {t('me.sessions.others')}
          </button>
        )}
      </div>
      <ul>
        {factors.sessions.map((one) => (
          <li class="row" key={one.id}>
            <span class="sp">
              <b>{t(BY[one.by])}</b> <span class="t2">{t('me.sessions.since', { day: day(one.created_at), time: clock(one.created_at) })}</span>
              <br />
              <span class="t3 small">{one.user_agent}</span>
            </span>
            {one.this ? (
              <Chip tone="ok">{t('me.sessions.this')}</Chip>
            ) : (
              <button
                type="button"
                class="btn btn-do btn-xs"
                aria-label={t('me.sessions.end', { time: clock(one.created_at) })}
                onClick={() => void acting.once('sessions', async () => void (await access.endSession(one.id), await read()))}
              >
                {t('me.end')}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** An approver's sheet: what they carry for the hour in which they have no screen. */
function Telephone({ acting, event_id }: { acting: Acting; event_id: string }) {
  const sheet = useSignal<access.PhoneSheet | undefined>(undefined)
  const password = useSignal('')
  const make = () =>
    void acting.once('phone', async () => {
      sheet.value = await access.makePhoneSheet(event_id, password.value)
      password.value = ''
    })
  return (
    <section class="card pb" aria-labelledby="h-phone">
      <h2 id="h-phone">{t('me.phone')}</h2>
      <p class="t2">{t('me.phone.sub')}</p>
      {sheet.value && (
        <Notice tone="ok" icon="lock" title={t('me.phone.codes', { day: day(sheet.value.expires_at), time: clock(sheet.value.expires_at) })}>
          <code class="mono codes">{sheet.value.codes.map((code, at) => `${at + 1}  ${code}`).join('\n')}</code>
        </Notice>
      )}
      <form
        onSubmit={(submit) => {
          submit.preventDefault()
          make()
        }}
      >
        <Secret id="me-phone-password" label={t('me.passkeys.password')} value={password} optional />
        <button type="submit" class="btn btn-s">
          {t('me.phone.do')}
        </button>
      </form>
    </section>
  )
}

/** `approves`: the event on which this person may give a second opinion, so that they can be called for it. */
export function AccountPage({ acting, name, approves }: { acting: Acting; name: string; approves?: string | undefined }) {
  const factors = useSignal<access.Factors | undefined>(undefined)
  const read = async () => {
    factors.value = await access.readFactors()
  }
  useEffect(() => acting.opened(read), [])
  const trouble = acting.trouble.value
  return (
    <main class="pg" id="main">
      <div class="ls me">
        <h1>{t('me.title', { name })}</h1>
        <TroubleNotice trouble={trouble} />
        {factors.value && (
          <div class="mes">
            <Screens acting={acting} factors={factors.value} read={read} />
            <Totp acting={acting} factors={factors.value} read={read} />
            <Passkeys acting={acting} factors={factors.value} read={read} />
            <Password acting={acting} read={read} />
            {approves && <Telephone acting={acting} event_id={approves} />}
            <Sessions acting={acting} factors={factors.value} read={read} />
          </div>
        )}
      </div>
    </main>
  )
}
