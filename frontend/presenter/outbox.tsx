/** The last updates and how they arrived, per channel. */
import { countsOf, hasPeople, notSeen, overallOf, saidOf } from '../shared/delivery.ts'
import { t } from '../shared/i18n/index.ts'
import { reasonsOf } from '../shared/reasons.ts'
import { ChannelTile } from '../shared/ui/icon.tsx'
import { Icon } from '../shared/ui/icon.tsx'
import { Chip } from '../shared/ui/parts.tsx'
import { clock } from '../shared/when.ts'
import type { DeskDelivery, DeskUpdate } from '../shared/wire.ts'
import type { Tablet } from './tablet.ts'

const SHOWN = 3

function Row({ tablet, update, delivery }: { tablet: Tablet; update: DeskUpdate; delivery: DeskDelivery }) {
  const channel = tablet.store.channelById.value.get(delivery.channel_id)
  const step = tablet.steps.value.find((one) => one.sent_update_id === update.id)
  const said = saidOf(delivery.state)
  const counts = countsOf(delivery)
  const people = hasPeople(delivery)
  const sure = said.tone === 'ok' && !notSeen(delivery)
  const { why, next, lang } = reasonsOf(delivery)
  const text = people
    ? t('outbox.people', { done: counts.done, all: counts.all })
    : sure && delivery.sent_at
      ? clock(delivery.sent_at)
      : t(said.key)
  const tone = people ? (counts.failed ? 'warn' : counts.waiting ? 'info' : 'ok') : notSeen(delivery) ? 'bad' : said.tone
  return (
    <li>
      <ChannelTile adapter={channel?.adapter ?? ''} small />
      <span class="trunc" dir="auto">
        {step ? t('outbox.step', { n: step.n }) : (update.texts[tablet.writing.lang.value] ?? Object.values(update.texts)[0] ?? '')}
        <span class="vh">, {channel?.name}</span>
      </span>
      <span class={tone ? `ct-${tone} b` : 't2 b'}>{text}</span>
      {!sure && why && (
        <small class="t2" lang={lang}>
          {[why, next].filter(Boolean).join(' ')}
        </small>
      )}
    </li>
  )
}

export function Outbox({ tablet }: { tablet: Tablet }) {
  const released = tablet.store.updates.value.filter((update) => update.state === 'released')
  const { overall, n } = overallOf(released)
  const unapproved = tablet.store.updates.value.filter((update) => update.state === 'awaiting_approval').length
  const event = tablet.store.event.value
  // Trouble first: what a person must see may not hide under newer good news.
  const attention = released.filter((update) => overallOf([update]).overall === 'attention')
  const shown = [...new Set([...attention, ...released])].slice(0, SHOWN)
  return (
    <section class="card outp" aria-labelledby="h-out">
      <div class="ph">
        <h2 id="h-out">{t('outbox')}</h2>
        <span class="sp" />
        {unapproved > 0 && (
          <Chip tone="warn" icon="clock">
            {t('outbox.approval', { n: unapproved })}
          </Chip>
        )}
        {overall === 'delivered' && !unapproved && (
          <Chip tone="ok" icon="checks">
            {t('outbox.all')}
          </Chip>
        )}
        {overall === 'sent' && !unapproved && (
          <Chip tone="ok" icon="check">
            {t('outbox.sent')}
          </Chip>
        )}
        {overall === 'going' && (
          <Chip tone="info" icon="clock">
            {t('outbox.going', { n })}
          </Chip>
        )}
        {overall === 'attention' && (
          <Chip tone="bad" icon="alert">
            {t('outbox.attention', { n })}
          </Chip>
        )}
      </div>
      <ul class="out">
        {shown.map((update) =>
          update.deliveries.map((delivery) => (
            <Row key={delivery.id} tablet={tablet} update={update} delivery={delivery} />
          )),
        )}
        {!shown.length && <li class="t2 one">{t(tablet.store.isKnown.value ? 'outbox.empty' : 'known.not')}</li>}
        <li>
          <Icon name="clock" class="t3" />
          <span>{t('outbox.delay')}</span>
          {tablet.rights.value.has('event.edit') && event?.state !== 'ended' ? (
            <button type="button" class="btn btn-s delay" aria-label={t('outbox.delay.change', { s: event?.delay_s ?? 0 })} onClick={() => tablet.changeDelay()}>
              {t('length.s', { s: event?.delay_s ?? 0 })}
            </button>
          ) : (
            <b>{t('length.s', { s: event?.delay_s ?? 0 })}</b>
          )}
        </li>
      </ul>
    </section>
  )
}
