/** One update's delivery in full: every channel, part and try, in plain words. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { readDelivery, type DeliveryDetail } from '../shared/commands.ts'
import { countsOf, hasPeople, notSeen, reachedOf, saidOf } from '../shared/delivery.ts'
import { t } from '../shared/i18n/index.ts'
import { type Reasons, reasonsOf } from '../shared/reasons.ts'
import { ChannelTile, Icon } from '../shared/ui/icon.tsx'
import { Chip, EmptyOf, Stack } from '../shared/ui/parts.tsx'
import { now_ms } from '../shared/tick.ts'
import { clockSeconds, length } from '../shared/when.ts'
import type { DeskDelivery, DeskUpdate } from '../shared/wire.ts'
import { boardUpdate, LimitGauge, needsPerson, toneOf } from './board.tsx'
import { Causes } from './causes.tsx'
import { CourseChart } from './course.tsx'
import type { Desk } from './desk.ts'
import { Held } from './held.tsx'
import { href } from './route.ts'
import { Tries } from './tries.tsx'

/** Whoever was not reached is said first. */
function wordsOf(delivery: DeskDelivery, { why }: Reasons): string {
  const counts = countsOf(delivery)
  return hasPeople(delivery) && counts.failed ? `${reachedOf(counts)} ${t('board.failed', { n: counts.failed })}` : why
}

function One({ desk, update, delivery }: { desk: Desk; update: DeskUpdate; delivery: DeskDelivery }) {
  const detail = useSignal<DeliveryDetail | undefined>(undefined)
  const failed = useSignal(false)
  useEffect(() => {
    let here = true
    readDelivery(delivery.id).then(
      (found) => {
        if (here) detail.value = found
      },
      () => {
        if (here) failed.value = true
      },
    )
    return () => {
      here = false
    }
  }, [delivery.id, delivery.version])
  const channel = desk.store.channelById.value.get(delivery.channel_id)
  const people = hasPeople(delivery)
  const said = reasonsOf(delivery)
  return (
    <div class="col">
      <section class="card" aria-labelledby="h-parts">
        <div class="ph">
          <h2 id="h-parts">{t('delivery.said', { channel: channel?.name ?? '' })}</h2>
          <span class="sp" />
          {delivery.url && (
            <a href={delivery.url} target="_blank" rel="noopener noreferrer">
              {t('board.open')}
            </a>
          )}
        </div>
        <Held desk={desk} delivery={delivery} />
        {delivery.state !== 'held' && (said.why || said.next) && (
          <div class={`why ${toneOf(delivery)}`}>
            <p class="sp" lang={said.lang}>
              <b>{wordsOf(delivery, said)}</b> {said.next}
            </p>
          </div>
        )}
        <p class="pb t2 small times">
          {[
            update.released_at && t('delivery.released', { time: clockSeconds(update.released_at) }),
            delivery.sent_at && t('delivery.left', { time: clockSeconds(delivery.sent_at), for: length(Math.max(0, (Date.parse(delivery.sent_at) - Date.parse(update.released_at ?? delivery.sent_at)) / 1000)) }),
            delivery.state === 'queued' && delivery.due_at && Date.parse(delivery.due_at) > now_ms.value && t('board.later', { time: clockSeconds(delivery.due_at) }),
            delivery.attempts > 1 && t('delivery.tries', { n: delivery.attempts }),
          ]
            .filter(Boolean)
            .join(' ')}
        </p>
        {detail.value && detail.value.told_with > 0 && <p class="pb t2 small">{t('delivery.toldwith', { n: detail.value.told_with })}</p>}
        <ol class="parts">
          {detail.value?.parts.map((part) => {
            // A part that has not left shares the fate of its delivery.
            const said = saidOf(part.state === 'queued' ? delivery.state : part.state)
            return (
              <li key={part.n}>
                <p>{detail.value?.digest ?? part.text}</p>
                <Chip tone={said.tone} icon={said.icon}>
                  {t(said.key)}
                </Chip>
              </li>
            )
          })}
        </ol>
      </section>
      {people && <CourseChart key={delivery.id} delivery={delivery} />}
      {detail.value && <Causes causes={detail.value.causes} />}
      <Tries detail={detail.value} people={people} failed={failed.value} />
    </div>
  )
}

function Totals({ update }: { update: DeskUpdate }) {
  const all = update.deliveries.map(countsOf)
  const sum = (of: 'done' | 'delivered' | 'failed' | 'waiting') => all.reduce((n, counts) => n + counts[of], 0)
  return (
    <dl class="nums">
      <div>
        <dt>{t('nums.done')}</dt>
        <dd>
          {sum('done').toLocaleString()} {sum('delivered') > 0 && <small>{t('board.delivered', { n: sum('delivered') })}</small>}
        </dd>
      </div>
      <div>
        <dt>{t('nums.waiting')}</dt>
        <dd>{sum('waiting').toLocaleString()}</dd>
      </div>
      <div>
        <dt>{t('nums.failed')}</dt>
        <dd class={sum('failed') ? 'ct-bad' : ''}>{sum('failed').toLocaleString()}</dd>
      </div>
      <div class="by">
        <dt class="vh">{t('nums.by')}</dt>
        <dd>
          {update.author_name && t('nums.written', { name: update.author_name })}
          <br />
          {update.released_at && t('board.sent', { time: clockSeconds(update.released_at) })}
        </dd>
      </div>
    </dl>
  )
}

export function DeliveryPage({ desk, id }: { desk: Desk; id: string }) {
  const chosen = useSignal<string | undefined>(undefined)
  const update = (id && desk.store.updateById.value.get(id)) || boardUpdate(desk.store.updates.value)
  if (!update) {
    return (
      <main id="main">
        <h1 class="vh">{t('board')}</h1>
        <EmptyOf store={desk.store} icon="send">
          {t('outbox.empty')}
        </EmptyOf>
      </main>
    )
  }
  const current =
    update.deliveries.find((delivery) => delivery.id === chosen.value) ??
    update.deliveries.find((delivery) => delivery.state === 'held') ??
    update.deliveries.find(needsPerson) ??
    update.deliveries[0]
  const text = update.texts[desk.store.event.value?.default_lang ?? 'en'] ?? Object.values(update.texts)[0] ?? ''
  return (
    <main class="dpage" id="main">
      <section class="top" aria-label={t('board')}>
        <div class="row">
          <a class="btn btn-q btn-sm btn-ic back" href={href('desk')} aria-label={t('nav.back')}>
            <Icon name="right" />
          </a>
          <h1 class="trunc sp">{text}</h1>
        </div>
        <Totals update={update} />
      </section>
      <div class="dcols">
        <div class="card chl" role="group" aria-label={t('nav.channels')}>
          {update.deliveries.map((delivery) => {
            const channel = desk.store.channelById.value.get(delivery.channel_id)
            const said = saidOf(delivery.state)
            const counts = countsOf(delivery)
            const reasons = reasonsOf(delivery)
            return (
              <button type="button" key={delivery.id} aria-pressed={delivery.id === current?.id} onClick={() => (chosen.value = delivery.id)}>
                <ChannelTile adapter={channel?.adapter ?? ''} />
                <b class="trunc">{channel?.name ?? ''}</b>
                <Chip tone={toneOf(delivery)} icon={(hasPeople(delivery) && counts.failed) || notSeen(delivery) ? 'alert' : said.icon}>
                  {hasPeople(delivery) ? t('outbox.people', { done: counts.done, all: counts.all }) : t(said.key)}
                </Chip>
                <Stack {...counts} label={t('board.label', { done: counts.done, failed: counts.failed, waiting: counts.waiting })} />
                <span class="t2 small next" lang={reasons.lang}>
                  {reasons.next || wordsOf(delivery, reasons)}
                </span>
                <LimitGauge channel={channel} />
              </button>
            )
          })}
        </div>
        {current && <One desk={desk} update={update} delivery={current} />}
      </div>
    </main>
  )
}
