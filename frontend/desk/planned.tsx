/** What goes out before the event: the announcement of the day before and the reminder of the morning, at their own times. */
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { post } from '../shared/api.ts'
import { t } from '../shared/i18n/index.ts'
import { announce } from '../shared/ui/announce.tsx'
import { Icon } from '../shared/ui/icon.tsx'
import { Chip } from '../shared/ui/parts.tsx'
import { clock, day } from '../shared/when.ts'
import { instantOf, wallText } from '../shared/zone.ts'
import { InZone } from '../shared/ui/in-zone.tsx'
import type { DeskUpdate, EventState } from '../shared/wire.ts'
import type { Desk } from './desk.ts'

const OCCASIONS = ['day_before', 'morning'] as const
type Occasion = (typeof OCCASIONS)[number]

const HOUR_MS = 3_600_000

/** What is proposed: a day before at the same hour; on the day two hours before. */
export const proposedAt = (starts_at: string, occasion: Occasion): Date => new Date(Date.parse(starts_at) - (occasion === 'day_before' ? 24 : 2) * HOUR_MS)

export function stateWords(update: DeskUpdate): { words: string; tone: 'ok' | 'warn' | '' } {
  if (update.state === 'released') return { words: t('before.out'), tone: 'ok' }
  if (update.state === 'awaiting_approval') return { words: t('before.waits'), tone: 'warn' }
  return update.hold_left_s !== null ? { words: t('before.held'), tone: 'warn' } : { words: t('before.approved'), tone: 'ok' }
}

function PlanForm({ desk, event, occasion, onClose }: { desk: Desk; event: EventState; occasion: Occasion; onClose: () => void }) {
  const at = useSignal(event.starts_at ? wallText(proposedAt(event.starts_at, occasion)) : '')
  const texts = useSignal<Record<string, string>>({})
  // One key for one body: pressed again without an answer it is the same post, with other words another one.
  const kept = useRef<{ key: string; body: string }>({ key: '', body: '' })
  const send = () =>
    desk.acting.confirming('plan', async (confirmed) => {
      const said = Object.fromEntries(Object.entries(texts.value).filter(([, text]) => text.trim()))
      const body = { texts: said, source: 'desk', confirmed, planned: { occasion, at: instantOf(at.value).toISOString() } }
      const written = JSON.stringify(body)
      if (kept.current.body !== written) kept.current = { key: crypto.randomUUID(), body: written }
      await post(`events/${event.id}/updates`, body, { key: kept.current.key })
      announce(t('before.planned'))
      onClose()
    })
  return (
    <form
      class="fields"
      onSubmit={(submit) => {
        submit.preventDefault()
        send()
      }}
    >
      <div class="field">
        <label for={`at-${occasion}`}>
          {t('before.at')} <InZone at={at.value} />
        </label>
        <input class="in" id={`at-${occasion}`} type="datetime-local" required value={at.value} onInput={(input) => (at.value = input.currentTarget.value)} />
      </div>
      {event.langs.map((lang) => (
        <div class="field" key={lang}>
          <label for={`say-${occasion}-${lang}`}>{t('cue.text', { lang: lang.toUpperCase() })}</label>
          <textarea
            class="ta"
            id={`say-${occasion}-${lang}`}
            lang={lang}
            required={lang === event.default_lang}
            value={texts.value[lang] ?? ''}
            onInput={(input) => (texts.value = { ...texts.value, [lang]: input.currentTarget.value })}
          />
        </div>
      ))}
      {event.hashtags.length > 0 && <p class="hint">{t('before.tags', { tags: event.hashtags.map((tag) => `#${tag}`).join(' ') })}</p>}
      <div class="row wrap">
        <button type="button" class="btn btn-q" onClick={onClose}>
          {t('cancel')}
        </button>
        <button type="submit" class="btn btn-p" disabled={desk.acting.busy.value.has('plan')}>
          <Icon name="clock" />
          {t('before.do')}
        </button>
      </div>
    </form>
  )
}

function Standing({ desk, event, update }: { desk: Desk; event: EventState; update: DeskUpdate }) {
  const { words, tone } = stateWords(update)
  const why = update.state === 'awaiting_approval' ? update.deliveries.find((one) => one.reason.startsWith('planned_'))?.why : undefined
  return (
    <>
      <p class="row wrap">
        {update.planned_at && (
          <time class="b" dateTime={update.planned_at}>
            {t('before.when', { day: day(update.planned_at), time: clock(update.planned_at) })}
          </time>
        )}
        <Chip tone={tone}>{words}</Chip>
        <span class="sp" />
        {(update.state === 'counting_down' || update.state === 'awaiting_approval') && desk.may('update.undo') && (
          <button type="button" class="btn btn-do btn-sm" disabled={desk.acting.busy.value.has(`undo ${update.id}`)} onClick={() => desk.withdrawPlanned(update)}>
            <Icon name="undo" />
            {t('before.undo')}
          </button>
        )}
      </p>
      {why && <p class="ct-warn">{why}</p>}
      <p lang={event.default_lang}>{update.texts[event.default_lang] ?? Object.values(update.texts)[0]}</p>
    </>
  )
}

export function BeforeTheEvent({ desk }: { desk: Desk }) {
  const event = desk.store.event.value
  const writing = useSignal<Occasion | undefined>(undefined)
  const starts = useSignal<string | undefined>(undefined)
  if (!event) return null
  const planned = desk.store.planned.value
  const begun = event.state !== 'draft' && event.state !== 'scheduled'
  if (begun && !planned.length) return null
  const may = !begun && desk.may('update.submit')
  return (
    <section class="card before" aria-labelledby="h-before">
      <div class="ph">
        <h2 id="h-before">{t('before')}</h2>
        <span class="sp" />
        {event.starts_at && <span class="t2">{t('before.begins', { day: day(event.starts_at), time: clock(event.starts_at) })}</span>}
        {!begun && desk.may('event.edit') && (
          <button type="button" class="btn btn-s btn-sm" onClick={() => (starts.value = event.starts_at ? wallText(event.starts_at) : '')}>
            {t(event.starts_at ? 'before.move' : 'before.set')}
          </button>
        )}
      </div>
      <div class="pb">
        {starts.value !== undefined && (
          <form
            class="row wrap"
            onSubmit={(submit) => {
              submit.preventDefault()
              desk.change({ starts_at: starts.value ? instantOf(starts.value).toISOString() : null })
              starts.value = undefined
            }}
          >
            <label class="field">
              <span>
                <b>{t('before.starts')}</b> <InZone at={starts.value} />
              </span>
              <input class="in" type="datetime-local" required value={starts.value} onInput={(input) => (starts.value = input.currentTarget.value)} />
            </label>
            <button type="submit" class="btn btn-p btn-sm">
              {t('cue.save')}
            </button>
            {planned.some((one) => one.state === 'counting_down') && <p class="hint">{t('before.move.sub')}</p>}
          </form>
        )}
        {OCCASIONS.map((occasion) => {
          const update = planned.find((one) => one.occasion === occasion)
          return (
            <div class="field" key={occasion}>
              <h3>{t(`before.${occasion}`)}</h3>
              {update ? (
                <Standing desk={desk} event={event} update={update} />
              ) : writing.value === occasion ? (
                <PlanForm desk={desk} event={event} occasion={occasion} onClose={() => (writing.value = undefined)} />
              ) : (
                <p class="row wrap">
                  <span class="t2">{t('before.none')}</span>
                  {may && event.starts_at && (
                    <button type="button" class="btn btn-s btn-sm" aria-label={t(`before.plan.${occasion}`)} onClick={() => (writing.value = occasion)}>
                      <Icon name="plus" />
                      {t('before.plan')}
                    </button>
                  )}
                </p>
              )}
            </div>
          )
        })}
        {!event.starts_at && !begun && <p class="hint">{t('before.first')}</p>}
      </div>
    </section>
  )
}
