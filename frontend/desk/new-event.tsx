/** Starting an event or an incident: what it is, where it goes, and names that may never leave. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Acting } from '../shared/acting.ts'
import { post } from '../shared/api.ts'
import * as commands from '../shared/commands.ts'
import { t, tCode } from '../shared/i18n/index.ts'
import { ChannelTile, Icon } from '../shared/ui/icon.tsx'
import { TroubleNotice } from '../shared/ui/trouble.tsx'
import { PanelTitle } from '../shared/ui/panel.tsx'
import { InZone } from '../shared/ui/in-zone.tsx'
import { instantOf } from '../shared/zone.ts'

const KINDS = ['surgery', 'crisis', 'training', 'press'] as const
const LANGS = ['en', 'it', 'fr', 'es', 'ca'] as const
const CAP = {
  severity: ['Extreme', 'Severe', 'Moderate', 'Minor', 'Unknown'],
  urgency: ['Immediate', 'Expected', 'Future', 'Past', 'Unknown'],
  certainty: ['Observed', 'Likely', 'Possible', 'Unlikely', 'Unknown'],
} as const
const WORDS = { severity: 'sev', urgency: 'urgency', certainty: 'certainty' } as const

interface Audience {
  id: string
  name: string
  people: number
}

export function NewEventForm({ acting, delays, onClose }: { acting: Acting; delays: commands.Session['delays']; onClose: () => void }) {
  const kind = useSignal<(typeof KINDS)[number]>('crisis')
  const texts = useSignal({ title: '', place: '', headline: '', hashtags: '', deny: '' })
  const langs = useSignal<string[]>(['en'])
  const cap = useSignal<Record<string, string>>({ severity: 'Severe', urgency: 'Immediate', certainty: 'Observed' })
  const delay = useSignal('')
  const starts = useSignal('')
  const channels = useSignal<commands.Channel[]>([])
  const audiences = useSignal<Audience[]>([])
  const chosen = useSignal<Record<string, string | null>>({})
  useEffect(() => {
    void commands.readChannels().then((found) => {
      channels.value = found.filter((channel) => channel.state !== 'off')
      chosen.value = Object.fromEntries(channels.value.map((channel) => [channel.id, null]))
    })
    void commands.readAudiences().then((found) => (audiences.value = found), () => undefined)
  }, [])
  const trouble = acting.trouble.value
  const write = (name: keyof typeof texts.value, value: string) => (texts.value = { ...texts.value, [name]: value })
  const words = (text: string) => text.split(/[\n,]/).map((one) => one.trim()).filter(Boolean)
  const create = () =>
    acting.confirming('create', async (confirmed) => {
      const detail = await post<commands.EventDetail>('events', {
        kind: kind.value,
        title: texts.value.title,
        place: texts.value.place,
        headline: texts.value.headline,
        default_lang: langs.value[0],
        langs: langs.value,
        hashtags: words(texts.value.hashtags),
        ...(kind.value === 'crisis' ? cap.value : {}),
        channels: chosen.value,
        deny: words(texts.value.deny),
        ...(delay.value === '' ? {} : { delay_s: Number(delay.value) }),
        ...(starts.value === '' ? {} : { starts_at: instantOf(starts.value).toISOString() }),
        confirmed,
      })
      location.assign(`/desk/${detail.event.slug}`)
    })
  const field = (name: keyof typeof texts.value, required: boolean, hint = '') => (
    <div class="field">
      <label for={`n-${name}`}>{t(`new.${name}`)}</label>
      <input
        class="in"
        id={`n-${name}`}
        required={required}
        value={texts.value[name]}
        aria-describedby={hint ? `n-${name}-hint` : undefined}
        onInput={(input) => write(name, input.currentTarget.value)}
      />
      {hint && (
        <span class="hint" id={`n-${name}-hint`}>
          {hint}
        </span>
      )}
    </div>
  )
  return (
    <aside class="pn" aria-labelledby="h-new">
      <form
        onSubmit={(submit) => {
          submit.preventDefault()
          create()
        }}
      >
        <div class="ph">
          <PanelTitle id="h-new">{t('events.new')}</PanelTitle>
        </div>
        <div class="bd">
          <div class="seg" role="group" aria-label={t('new.kind')}>
            {KINDS.map((one) => (
              <button type="button" key={one} aria-pressed={kind.value === one} onClick={() => (kind.value = one)}>
                {t(`kindof.${one}`)}
              </button>
            ))}
          </div>
          {field('title', true)}
          {field('place', false)}
          {field('headline', false, t('new.headline.hint'))}
          {kind.value === 'crisis' &&
            (['severity', 'urgency', 'certainty'] as const).map((name) => (
              <div class="field" key={name}>
                <label for={`n-${name}`}>{t(`new.${name}`)}</label>
                <select class="in" id={`n-${name}`} value={cap.value[name]} onChange={(change) => (cap.value = { ...cap.value, [name]: change.currentTarget.value })}>
                  {CAP[name].map((value) => (
                    <option key={value} value={value}>
                      {tCode(WORDS[name], value, value)}
                    </option>
                  ))}
                </select>
              </div>
            ))}
          <fieldset class="field">
            <legend class="lb b">{t('new.langs')}</legend>
            <span class="row wrap">
              {LANGS.map((lang) => (
                <label class="tick" key={lang}>
                  <input
                    type="checkbox"
                    checked={langs.value.includes(lang)}
                    disabled={langs.value.length === 1 && langs.value[0] === lang}
                    onChange={(change) =>
                      (langs.value = change.currentTarget.checked ? [...langs.value, lang] : langs.value.filter((one) => one !== lang))
                    }
                  />
                  {lang.toUpperCase()}
                </label>
              ))}
            </span>
          </fieldset>
          <fieldset class="field">
            <legend class="lb b">{t('compose.where')}</legend>
            {channels.value.map((channel) => (
              <div class="row" key={channel.id}>
                <label class="tick sp">
                  <input
                    type="checkbox"
                    checked={channel.id in chosen.value}
                    onChange={(change) => {
                      const next = { ...chosen.value }
                      if (change.currentTarget.checked) next[channel.id] = null
                      else delete next[channel.id]
                      chosen.value = next
                    }}
                  />
                  <ChannelTile adapter={channel.adapter} small />
                  {channel.name}
                </label>
                {channel.id in chosen.value && audiences.value.length > 0 && (channel.adapter === 'twilio' || channel.adapter === 'smpp') && (
                  <select
                    class="in list"
                    aria-label={t('new.audience', { channel: channel.name })}
                    value={chosen.value[channel.id] ?? ''}
                    onChange={(change) => (chosen.value = { ...chosen.value, [channel.id]: change.currentTarget.value || null })}
                  >
                    <option value="">{t('new.audience.none')}</option>
                    {audiences.value.map((audience) => (
                      <option key={audience.id} value={audience.id}>
                        {t('new.audience.n', { name: audience.name, n: audience.people })}
                      </option>
                    ))}
                  </select>
                )}
              </div>
            ))}
          </fieldset>
          {field('hashtags', false)}
          <div class="field">
            <label for="n-starts">
              {t('before.starts')} <InZone at={starts.value} />
            </label>
            <input class="in" id="n-starts" type="datetime-local" value={starts.value} onInput={(input) => (starts.value = input.currentTarget.value)} />
          </div>
          <div class="field">
            <label for="n-delay">{t('new.delay')}</label>
            <input
              class="in"
              id="n-delay"
              type="number"
              min={delays?.[kind.value]?.least_s ?? 0}
              max={300}
              placeholder={String(delays?.[kind.value]?.usual_s ?? '')}
              aria-describedby="n-delay-hint"
              value={delay.value}
              onInput={(input) => (delay.value = input.currentTarget.value)}
            />
            <span class="hint" id="n-delay-hint">
              {t('new.delay.hint', { usual: delays?.[kind.value]?.usual_s ?? 0, least: delays?.[kind.value]?.least_s ?? 0 })}
            </span>
          </div>
          {field('deny', false, t('new.deny.hint'))}
          <TroubleNotice trouble={trouble} />
        </div>
        <div class="row foot">
          <button type="button" class="btn btn-q" onClick={onClose}>
            {t('cancel')}
          </button>
          <span class="sp" />
          <button type="submit" class="btn btn-p">
            <Icon name="plus" />
            {t('new.do')}
          </button>
        </div>
      </form>
    </aside>
  )
}
