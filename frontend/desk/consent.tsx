/** The consent of a patient event: written from the signed form, checked by two people, withdrawn by anyone on duty. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import * as commands from '../shared/commands.ts'
import { readConsent, writeConsent, confirmConsent, revokeConsent, type Consent, type Revoked } from '../shared/consent.ts'
import { t, tCode, tRefusal, type Key } from '../shared/i18n/index.ts'
import { Dialog } from '../shared/ui/dialog.tsx'
import { Icon } from '../shared/ui/icon.tsx'
import { Chip, Notice } from '../shared/ui/parts.tsx'
import { TroubleLine, TroubleNotice } from '../shared/ui/trouble.tsx'
import { clock, day } from '../shared/when.ts'
import { InZone } from '../shared/ui/in-zone.tsx'
import { instantOf, wallText } from '../shared/zone.ts'
import type { Desk } from './desk.ts'
import { KeptLine } from './kept-line.tsx'

const TEXTS = ['description', 'discloser', 'recipients', 'purpose', 'right_to_revoke', 'remuneration', 'representative_authority'] as const
const TICKS = ['minor', 'assent', 'not_conditioned', 'redisclosure', 'plain_language', 'copy_given', 'marketing', 'until_event_ends'] as const
const SCOPES = ['text', 'images', 'video', 'name', 'face', 'family_room'] as const
const PARTIES = ['surgeon', 'hospital', 'device_maker'] as const

type Terms = Record<string, unknown>

function Several({ legend, of, chosen, onChange }: { legend: string; of: readonly { id: string; words: string }[]; chosen: readonly string[]; onChange: (chosen: string[]) => void }) {
  return (
    <fieldset class="field">
      <legend class="lb b">{legend}</legend>
      {of.map(({ id, words }) => (
        <label class="tick" key={id}>
          <input
            type="checkbox"
            checked={chosen.includes(id)}
            onChange={(change) => onChange(change.currentTarget.checked ? [...chosen, id] : chosen.filter((one) => one !== id))}
          />
          {words}
        </label>
      ))}
    </fieldset>
  )
}

function Withdraw({ desk, onClose, onDone }: { desk: Desk; onClose: () => void; onDone: (done: Revoked) => void }) {
  const how = useSignal('')
  const trouble = desk.acting.trouble.value
  return (
    <Dialog title={t('consent.withdraw.ask')} onClose={onClose}>
      <div class="fields">
        <p>{t('consent.withdraw.sub')}</p>
        <label class="field">
          <span class="b">{t('consent.how')}</span>
          <input class="in" maxLength={300} value={how.value} onInput={(input) => (how.value = input.currentTarget.value)} />
        </label>
        <TroubleLine trouble={trouble} />
      </div>
      <div class="ft">
        <button type="button" class="btn btn-q" onClick={onClose}>
          {t('cancel')}
        </button>
        <span class="sp" />
        <button
          type="button"
          class="btn btn-d"
          onClick={() => void desk.acting.once('withdraw', async () => onDone(await revokeConsent(desk.config.event_id, how.value)), { urgent: true })}
        >
          {t('consent.withdraw.do')}
        </button>
      </div>
    </Dialog>
  )
}

export function ConsentPage({ desk }: { desk: Desk }) {
  const id = desk.config.event_id
  const consent = useSignal<Consent | undefined>(undefined)
  const terms = useSignal<Terms>({})
  const until = useSignal('')
  const signer = useSignal('')
  const outside = useSignal('')
  const people = useSignal<{ id: string; words: string }[]>([])
  const withdrawing = useSignal(false)
  const done = useSignal<Revoked | undefined>(undefined)
  const take = (found: Consent) => {
    consent.value = found
    terms.value = { ...found.terms }
    until.value = found.expires_at ? wallText(found.expires_at) : ''
    signer.value = outside.value = ''
  }
  useEffect(
    () =>
      desk.acting.opened(async () => {
        take(await readConsent(id))
        people.value = (await commands.readPeople()).filter(({ person }) => !person.disabled).map(({ person }) => ({ id: person.id, words: person.name }))
      }),
    [],
  )
  const found = consent.value
  const channels = desk.detail.value?.channels ?? []
  const able = [...channels, ...(found?.seconds ?? []).filter((one) => channels.every(({ id }) => id !== one.id))]
  const may = desk.may('consent.record') && found?.standing !== 'revoked'
  const drill = desk.config.drill
  const word = (name: string) => String(terms.value[name] ?? '')
  const list = (name: string) => (Array.isArray(terms.value[name]) ? (terms.value[name] as string[]) : [])
  const set = (name: string, value: unknown) => (terms.value = { ...terms.value, [name]: value })
  const missing = new Map(found?.missing.map((one) => [one.field, tRefusal('consent_incomplete', one.sentence)]))
  const hint = (name: string) => {
    const lacks = missing.get(name)
    return (
      lacks && (
        <span class="hint ct-warn" lang={lacks.lang}>
          {lacks.words}
        </span>
      )
    )
  }
  const trouble = desk.acting.trouble.value
  const save = () =>
    void desk.acting.once('consent', async () =>
      take(
        await writeConsent(id, {
          ...terms.value,
          version: found?.version ?? null,
          expires_at: until.value ? instantOf(until.value).toISOString() : null,
          signed_by: signer.value,
          revoker_outside: outside.value,
        }),
      ),
    )
  return (
    <main class="pg" id="main">
      <div class="ls consent" role="region" aria-label={t('consent')} tabindex={0}>
        <div class="row wrap">
          <h1>{t('consent')}</h1>
          {found && (
            <Chip tone={found.standing === 'good' ? 'ok' : found.standing === 'not_needed' ? '' : 'warn'} icon={found.standing === 'good' ? 'check' : 'lock'}>
              {t(`consent.is.${found.standing}` as Key)}
            </Chip>
          )}
          <span class="sp" />
          {found && found.version !== null && found.standing !== 'revoked' && desk.may('consent.revoke') && (
            <button type="button" class="btn btn-do" onClick={() => (withdrawing.value = true)}>
              {t('consent.withdraw')}
            </button>
          )}
        </div>
        <p class="t2">{found?.sentence ? tCode('consent.why', found.standing, found.sentence) : t('consent.sub')}</p>
        {!withdrawing.value && <TroubleNotice trouble={trouble} />}
        {done.value && (
          <div role="alert">
            <Notice tone="warn" title={t('consent.withdrawn', { n: done.value.taken_back, time: clock(done.value.at) })}>
              {done.value.stays.map((one) => `${one.channel_name}: ${one.words}`).join(' ')}
            </Notice>
          </div>
        )}
        {found && found.uncovered_channels.length > 0 && (
          <Notice tone="warn" title={t('consent.uncovered')}>
            {found.uncovered_channels.map((one) => able.find((channel) => channel.id === one)?.name ?? one).join(', ')}
          </Notice>
        )}
        {found && may && found.version !== null && (
          <div class="row wrap card pb">
            <span class="sp">
              {t('consent.confirm.sub')}{' '}
              {found.completed_at && <b>{t('consent.completed', { day: day(found.completed_at), time: clock(found.completed_at) })}</b>}
            </span>
            <button
              type="button"
              class="btn btn-p"
              disabled={found.missing.length > 0 || found.completed_at !== null || desk.acting.busy.value.has('consent')}
              onClick={() => void desk.acting.once('consent', async () => take(await confirmConsent(id, found.version ?? 0)))}
            >
              <Icon name="check" />
              {t('consent.confirm')}
            </button>
          </div>
        )}
        {desk.detail.value?.event.kind === 'surgery' && <KeptLine desk={desk} />}
        {found && found.standing !== 'not_needed' && (
          <form
            class="card pb"
            onSubmit={(submit) => {
              submit.preventDefault()
              save()
            }}
          >
            <fieldset disabled={!may} class="consenting">
              <legend class="vh">{t('consent')}</legend>
              {TEXTS.map((name) => (
                <label class="field" key={name}>
                  <span class="b">{t(`consent.${name}`)}</span>
                  <textarea class="ta" value={word(name)} onInput={(input) => set(name, input.currentTarget.value)} />
                  {hint(name)}
                </label>
              ))}
              <label class="field">
                <span class="b">{t('consent.signer')}</span>
                <select class="in" value={word('signer')} onChange={(change) => set('signer', change.currentTarget.value || null)}>
                  <option value="">–</option>
                  <option value="patient">{t('consent.signer.patient')}</option>
                  <option value="representative">{t('consent.signer.representative')}</option>
                </select>
                {hint('signer')}
              </label>
              <label class="field">
                <span class="b">{t('consent.signed_at')}</span>
                <input class="in" type="date" value={word('signed_at')} onInput={(input) => set('signed_at', input.currentTarget.value)} />
                {hint('signed_at')}
              </label>
              {!drill && (
                <label class="field">
                  <span class="b">{t('consent.signed_by')}</span>
                  <input class="in" maxLength={200} autocomplete="off" value={signer.value} onInput={(input) => (signer.value = input.currentTarget.value)} />
                  <span class="hint" lang={missing.get('signed_by')?.lang}>{missing.get('signed_by')?.words ?? t('consent.sealed')}</span>
                </label>
              )}
              <label class="field">
                <span>
                  <b>{t('consent.expires_at')}</b> <InZone at={until.value} />
                </span>
                <input class="in" type="datetime-local" value={until.value} onInput={(input) => (until.value = input.currentTarget.value)} />
                <span class="hint">{t('consent.expires_at_then')}</span>
                {hint('expires_at')}
              </label>
              <fieldset class="field">
                <legend class="lb b">{t('consent.says')}</legend>
                {TICKS.map((name) => (
                  <label class="tick" key={name}>
                    <input type="checkbox" checked={terms.value[name] === true} onChange={(change) => set(name, change.currentTarget.checked)} />
                    <span>
                      {t(`consent.${name}`)} {hint(name)}
                    </span>
                  </label>
                ))}
              </fieldset>
              <Several legend={t('consent.scopes')} of={SCOPES.map((one) => ({ id: one, words: t(`consent.scope.${one}`) }))} chosen={list('scopes')} onChange={(all) => set('scopes', all)} />
              {hint('scopes')}
              <Several
                legend={t('consent.channels')}
                of={able.map((one) => ({ id: one.id, words: one.name }))}
                chosen={list('channels')}
                onChange={(all) => set('channels', all)}
              />
              {hint('channels')}
              <Several legend={t('consent.parties')} of={PARTIES.map((one) => ({ id: one, words: t(`consent.party.${one}`) }))} chosen={list('parties')} onChange={(all) => set('parties', all)} />
              {hint('parties')}
              <Several legend={t('consent.revokers')} of={people.value} chosen={list('revokers')} onChange={(all) => set('revokers', all)} />
              {hint('revokers')}
              {!drill && (
                <label class="field">
                  <span class="b">{t('consent.outside')}</span>
                  <input class="in" maxLength={200} autocomplete="off" value={outside.value} onInput={(input) => (outside.value = input.currentTarget.value)} />
                  <span class="hint">{t('consent.sealed')}</span>
                </label>
              )}
              <label class="field">
                <span class="b">{t('consent.stop_conditions')}</span>
                <textarea
                  class="ta"
                  value={list('stop_conditions').join('\n')}
                  onInput={(input) => set('stop_conditions', input.currentTarget.value.split('\n'))}
                />
                <span class="hint" lang={missing.get('stop_conditions')?.lang}>{missing.get('stop_conditions')?.words ?? t('consent.lines')}</span>
              </label>
              {may && (
                <button type="submit" class="btn btn-p" disabled={desk.acting.busy.value.has('consent')}>
                  {t('consent.save')}
                </button>
              )}
            </fieldset>
          </form>
        )}
      </div>
      {withdrawing.value && (
        <Withdraw
          desk={desk}
          onClose={() => (withdrawing.value = false)}
          onDone={(answer) => {
            done.value = answer
            withdrawing.value = false
            void readConsent(id).then(take, () => undefined)
          }}
        />
      )}
    </main>
  )
}
