/** The event in one band: what it is, how bad, and when the next update was promised. */
import { t, tCode } from '../shared/i18n/index.ts'
import { now_ms } from '../shared/tick.ts'
import { Icon } from '../shared/ui/icon.tsx'
import { Ring, Severity } from '../shared/ui/parts.tsx'
import { clock, length } from '../shared/when.ts'
import type { EventState } from '../shared/wire.ts'
import type { Desk } from './desk.ts'
import { ButtonHolder } from './duty.tsx'
import { Quiet } from './quiet.tsx'

const NEAR_S = 5 * 60

function Promise_({ desk, event }: { desk: Desk; event: EventState }) {
  const may = desk.may('event.edit')
  if (!event.promised_next_at) {
    return may && event.kind === 'crisis' ? (
      <div class="due">
        <button type="button" class="btn btn-s" onClick={() => desk.ask('promise')}>
          <Icon name="clock" />
          {t('due.set')}
        </button>
      </div>
    ) : null
  }
  const left_s = (Date.parse(event.promised_next_at) - now_ms.value) / 1000
  const late = left_s < 0
  const tone = late ? 'late' : left_s < NEAR_S ? 'near' : ''
  return (
    <div class={`due ${tone}`}>
      <Ring part={late ? 1 : Math.min(1, left_s / 3600)} size={46} thick />
      <div>
        <span class="lab">
          {late ? t('due.late', { n: Math.max(1, Math.floor(-left_s / 60)) }) : t('due.label', { time: clock(event.promised_next_at) })}
        </span>
        {!late && <b>{length(left_s)}</b>}
      </div>
      {may && (
        <button type="button" class="btn btn-q btn-sm" onClick={() => desk.ask('promise')}>
          {t('due.change')}
        </button>
      )}
    </div>
  )
}

/** Whether an all clear is out and stands: there is no other one to give then, only the event to end. */
const isGiven = (desk: Desk): boolean =>
  desk.store.updates.value.some((update) => update.kind === 'all_clear' && update.state === 'released' && update.on_page === 'shown')

export function Header({ desk }: { desk: Desk }) {
  const event = desk.store.event.value
  if (!event) return null
  return (
    <section class="inc" aria-label={t('header')}>
      <div class="what">
        <h1 class="trunc">
          {desk.config.drill && <span>{t('title.mode', { mode: t('mode.drill'), title: '' })}</span>}
          {event.title}
        </h1>
        <div class="meta">
          {event.severity && <Severity level={event.severity.toLowerCase()} words={tCode('sev', event.severity, event.severity)} />}
          {event.urgency && (
            <span>
              <b>{tCode('urgency', event.urgency, event.urgency)}</b>
            </span>
          )}
          {event.certainty && (
            <span>
              <b>{tCode('certainty', event.certainty, event.certainty)}</b>
            </span>
          )}
          {event.started_at && <span class="t3">{t('header.started', { time: clock(event.started_at) })}</span>}
          {event.place && <span class="t3 trunc place">{event.place}</span>}
          <ButtonHolder desk={desk} />
          {/* How many watch is only known while we hear of it. */}
          {desk.store.viewers.value !== null && desk.store.liveness.value === 'live' && <span class="t3">{t('watching', { n: desk.store.viewers.value })}</span>}
        </div>
      </div>
      <Quiet desk={desk} />
      <Promise_ desk={desk} event={event} />
      <div class="row wrap acts">
        <a class="btn btn-s" href={`/e/${event.slug}`} target="_blank" rel="noopener">
          <Icon name="eye" />
          {t('header.public')}
        </a>
        {(event.state === 'draft' || event.state === 'scheduled') && desk.may('event.lifecycle') && (
          <button type="button" class="btn btn-p" onClick={() => desk.goLive()}>
            <Icon name="play" />
            {t('notlive.go')}
          </button>
        )}
        {event.state === 'live' && event.kind === 'surgery' && !event.duty?.complication && desk.may('complication.call') && (
          <button type="button" class="btn btn-do" title={t('course.call.sub')} disabled={desk.acting.busy.value.has('complication')} onClick={desk.duty.callComplication}>
            <Icon name="hand" />
            {t('course.call')}
          </button>
        )}
        {desk.may('event.edit') && event.state !== 'ended' && event.state !== 'archived' && (
          <button type="button" class="btn btn-s" onClick={() => desk.ask('delegates')}>
            <Icon name="users" />
            {t('turn.open')}
          </button>
        )}
        {event.state === 'live' && event.kind === 'crisis' && !isGiven(desk) && desk.may('update.submit') && (
          <button type="button" class="btn btn-s" onClick={() => desk.writeAllClear()}>
            <Icon name="check" />
            {t('clear.open')}
          </button>
        )}
        {event.state === 'live' && desk.may('event.lifecycle') && (
          <button type="button" class="btn btn-s" onClick={() => desk.ask('end')}>
            <Icon name="check" />
            {t('end.open')}
          </button>
        )}
      </div>
    </section>
  )
}
