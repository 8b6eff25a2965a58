/** The stopped room: what was cancelled in time, what is already public, and how to start again. */
import { countsOf } from '../shared/delivery.ts'
import { language, t } from '../shared/i18n/index.ts'
import { sinceWords } from '../shared/since.ts'
import { now_ms } from '../shared/tick.ts'
import { Icon } from '../shared/ui/icon.tsx'
import { Notice } from '../shared/ui/parts.tsx'
import { clock } from '../shared/when.ts'
import type { DeskUpdate } from '../shared/wire.ts'
import type { Tablet } from './tablet.ts'

const SHOWN = 6

function nameOf(tablet: Tablet, update: DeskUpdate): string {
  const step = tablet.steps.value.find((one) => one.sent_update_id === update.id)
  const text = update.texts[tablet.writing.lang.value] ?? Object.values(update.texts)[0] ?? ''
  return step ? t('outbox.step', { n: step.n }) : `“${text.length > 40 ? `${text.slice(0, 40)}…` : text}”`
}

/** What was undone before the stop was pressed is none of its doing. */
const undoneBefore = (update: DeskUpdate, since: string | null | undefined): boolean =>
  update.state === 'withdrawn' && !!since && Date.parse(update.release_at ?? update.received_at) < Date.parse(since)

function Outcome({ tablet, update }: { tablet: Tablet; update: DeskUpdate }) {
  const name = nameOf(tablet, update)
  const waits = update.state === 'counting_down' || update.state === 'awaiting_approval'
  if (update.state !== 'released') {
    return (
      <li>
        <Icon name="x" class="ct-ok" size={22} />
        <span>
          <b>{t(waits ? 'stopped.waits' : 'stopped.cancelled', { name })}</b>
          <br />
          <span class="t2">{t(waits ? 'stopped.waits.sub' : 'stopped.cancelled.sub')}</span>
        </span>
      </li>
    )
  }
  const where = update.deliveries
    .filter((delivery) => countsOf(delivery).done > 0)
    .map((delivery) => tablet.store.channelById.value.get(delivery.channel_id)?.name ?? '')
  return (
    <li>
      <Icon name="alert" class="ct-warn" size={22} />
      <span>
        <b>{t('stopped.public', { name })}</b>
        <br />
        <span class="t2">
          {t('stopped.public.sub', {
            where: new Intl.ListFormat(language(), { type: 'conjunction' }).format([t('stopped.page'), ...where]),
            time: update.released_at ? clock(update.released_at) : '',
          })}
        </span>
      </span>
    </li>
  )
}

export function Stopped({ tablet }: { tablet: Tablet }) {
  const trouble = tablet.acting.trouble.value
  const report = tablet.stopping.report.value
  const event = tablet.store.event.value
  return (
    <main class="stopv" aria-labelledby="h-stop">
      <div class="stopped-words">
        <Icon name="stop" class="oct" />
        <div role="alert">
          <h2 id="h-stop">
            {t('stopped.title')}
            <br />
            {t('stopped.sub')}
          </h2>
        </div>
        {event && <p class="t2">{sinceWords(event, now_ms.value)}</p>}
        {tablet.sender.waiting.value.length > 0 && <p class="t2">{t('outbox.stop', { n: tablet.sender.waiting.value.length })}</p>}
        {report && <p class="t2">{t('halt.report', { n: report.not_started, people: report.recipients_not_started, flying: report.in_flight.length, doubt: report.may_be_out.length })}</p>}
        <p class="t2 says">{t('stopped.says', { text: t('stop.public') })}</p>
      </div>
      <div class="stopped-facts">
        <section class="card">
          <div class="ph">
            <h2>{t('stopped.what')}</h2>
          </div>
          <ul class="out big">
            {tablet.store.updates.value
              .filter((update) => !undoneBefore(update, event?.duty?.sending_since))
              .slice(0, SHOWN)
              .map((update) => (
                <Outcome key={update.id} tablet={tablet} update={update} />
              ))}
          </ul>
        </section>
        <section class="card pb restart">
          <h2>{t('stop.restart')}</h2>
          <p class="t2">{t('stopped.who')}</p>
          {trouble && (
            <div role="alert">
              <Notice tone="bad" title={trouble.title}>
                {trouble.words}
              </Notice>
            </div>
          )}
          <button type="button" class="btn btn-s btn-lg" disabled={!tablet.store.timeline.value} onClick={() => tablet.stopping.restart()}>
            {t('stopped.restart')}
          </button>
        </section>
      </div>
    </main>
  )
}
