/** The delivery board: how the newest update goes out on each channel, in words, with the one next step. */
import { channelTrouble, countsOf, hasPeople, notSeen, reachedOf, saidOf } from '../shared/delivery.ts'
import { t } from '../shared/i18n/index.ts'
import { reasonsOf } from '../shared/reasons.ts'
import { now_ms } from '../shared/tick.ts'
import { ChannelTile, Icon } from '../shared/ui/icon.tsx'
import { Chip, EmptyOf, Stack, type Tone } from '../shared/ui/parts.tsx'
import { clock, length } from '../shared/when.ts'
import type { ChannelState, DeskDelivery, DeskUpdate } from '../shared/wire.ts'
import { ByHand } from './by-hand.tsx'
import type { Desk } from './desk.ts'
import { href } from './route.ts'

/** What a person is asked about a post that the platform said yes to and that was not there when it was read back. */
function ResolveUnseen({ desk, delivery }: { desk: Desk; delivery: DeskDelivery }) {
  if (!notSeen(delivery) || !desk.may('delivery.resolve')) return null
  const busy = desk.acting.busy.value.has(`resolve ${delivery.id}`)
  return (
    <>
      <button type="button" class="btn btn-s btn-xs" disabled={busy} onClick={() => desk.resolve(delivery, 'it_is_there')}>
        <Icon name="check" />
        {t('resolve.there')}
      </button>
      <button type="button" class="btn btn-s btn-xs" disabled={busy} onClick={() => desk.resolve(delivery, 'by_hand')}>
        <Icon name="edit" />
        {t('byhand.done')}
      </button>
    </>
  )
}

/** What a person is asked about a delivery that nobody knows the outcome of. */
export function Resolve({ desk, delivery }: { desk: Desk; delivery: DeskDelivery }) {
  // What a stop holds is decided on when sending starts again, all of it together.
  if (delivery.state !== 'held' || desk.store.event.value?.sending === 'stop' || !desk.may('delivery.resolve')) return null
  const busy = desk.acting.busy.value.has(`resolve ${delivery.id}`)
  return (
    <>
      <button type="button" class="btn btn-s btn-xs" disabled={busy} onClick={() => desk.resolve(delivery, 'it_is_there')}>
        <Icon name="check" />
        {t('resolve.there')}
      </button>
      <button type="button" class="btn btn-do btn-xs" disabled={busy} onClick={() => desk.resolve(delivery, 'send_again')}>
        <Icon name="refresh" />
        {t('resolve.again')}
      </button>
    </>
  )
}

/** A list that some of were not reached is not simply "delivered", whatever the last receipt said. */
export function toneOf(delivery: DeskDelivery): Tone {
  if (notSeen(delivery)) return 'bad'
  return hasPeople(delivery) && countsOf(delivery).failed ? 'bad' : saidOf(delivery.state).tone
}

/** Why a channel does not take anything just now, as a full gauge with its words; nothing where it does. */
export function LimitGauge({ channel }: { channel: ChannelState | undefined }) {
  const trouble = channelTrouble(channel, now_ms.value)
  if (!channel || !trouble) return null
  const words =
    trouble === 'no-access'
      ? t('preview.noaccess.short')
      : trouble === 'off'
        ? t('gauge.off')
        : trouble === 'resting'
          ? channel.carried_by
            ? t('channel.carried', { channel: channel.name, second: channel.carried_by })
            : t('channel.down', { channel: channel.name, time: clock(channel.resting_until ?? '') })
          : t('gauge.until', { time: clock(channel.limited_until ?? ''), for: length(Math.max(0, (Date.parse(channel.limited_until ?? '') - now_ms.value) / 1000)) })
  return (
    <span class={trouble === 'waiting' ? 'gauge hi' : 'gauge out'}>
      <span class="tk" aria-hidden="true">
        <u style={{ '--v': '100%' }} />
      </span>
      <span>{words}</span>
    </span>
  )
}

/** When the rest will be out, by the limits that sending obeys; and what will not. */
function Eta({ desk, delivery }: { desk: Desk; delivery: DeskDelivery }) {
  const told = desk.forecasts.of.value.get(delivery.id)
  if (!told || countsOf(delivery).waiting === 0) return null
  const left_s = told.last_at ? (Date.parse(told.last_at) - now_ms.value) / 1000 : 0
  return (
    <>
      {/* What takes a few seconds is out before it is read. */}
      {told.last_at && left_s >= 5 && <span>{t('board.eta', { length: length(left_s), time: clock(told.last_at) })}</span>}
      {told.too_late > 0 && <b class="ct-bad">{t('board.late', { n: told.too_late })}</b>}
      {told.in_digest > 0 && <b class="ct-warn">{t('board.digest')}</b>}
    </>
  )
}

export function Row({ desk, delivery }: { desk: Desk; delivery: DeskDelivery }) {
  const channel = desk.store.channelById.value.get(delivery.channel_id)
  const said = saidOf(delivery.state)
  const counts = countsOf(delivery)
  const people = hasPeople(delivery)
  const trouble = channelTrouble(channel, now_ms.value)
  const stopped = desk.store.event.value?.sending === 'stop' && counts.waiting > 0
  const label = t('board.label', { done: counts.done, failed: counts.failed, waiting: counts.waiting })
  const later = delivery.state === 'queued' && delivery.due_at && Date.parse(delivery.due_at) > now_ms.value + 1000
  const { why, next, lang } = reasonsOf(delivery)
  const told = why || !trouble ? why : (channel?.why ?? '')
  const words = people && counts.failed ? '' : [told, next].filter(Boolean).join(' ')
  return (
    <li class={trouble === 'no-access' || needsPerson(delivery) ? 'dl bad' : 'dl'}>
      <ChannelTile adapter={channel?.adapter ?? ''} />
      <span class="nm trunc">{channel?.name ?? ''}</span>
      <Stack {...counts} label={label} />
      <span class="st">
        {stopped ? (
          <Chip tone="bad" icon="stop">
            {t('board.stopped')}
          </Chip>
        ) : trouble === 'no-access' && counts.waiting > 0 ? (
          <Chip tone="bad" icon="lock">
            {t('board.paused')}
          </Chip>
        ) : (
          <Chip tone={toneOf(delivery)} icon={(people && counts.failed) || notSeen(delivery) ? 'alert' : said.icon}>
            {later && delivery.due_at ? t('board.later', { time: clock(delivery.due_at) }) : counts.all > 1 ? t('outbox.people', { done: counts.done, all: counts.all }) : t(said.key)}
          </Chip>
        )}
      </span>
      <span class="nt">
        <LimitGauge channel={channel} />
        {people && (
          <span>
            <b>{reachedOf(counts)}</b>{' '}
            {counts.failed > 0 && <b class="ct-bad">{t('board.failed', { n: counts.failed })}</b>}{' '}
            {counts.waiting > 0 && t('board.queued', { n: counts.waiting })}
          </span>
        )}
        {words && (
          <span class="sp" lang={told === why ? lang : 'en'}>
            {words}
          </span>
        )}
        <Eta desk={desk} delivery={delivery} />
        {!words && delivery.sent_at && !people && <span class="sp">{t('board.sent', { time: clock(delivery.sent_at) })}</span>}
        {delivery.url && (
          <a href={delivery.url} target="_blank" rel="noopener noreferrer">
            {t('board.open')}
          </a>
        )}
        <Resolve desk={desk} delivery={delivery} />
        <ResolveUnseen desk={desk} delivery={delivery} />
        {trouble === 'no-access' && <ByHand desk={desk} delivery={delivery} />}
        {trouble === 'no-access' && (
          <a class="btn btn-do btn-xs" href={href('channels')}>
            <Icon name="plug" />
            {t('board.repair')}
          </a>
        )}
      </span>
    </li>
  )
}

export const needsPerson = (delivery: DeskDelivery): boolean => delivery.state === 'held' || notSeen(delivery)

/** What the board is about: whatever needs a person first, else the newest that is out. */
export function boardUpdate(updates: readonly DeskUpdate[]): DeskUpdate | undefined {
  const out = updates.filter((update) => update.state === 'released')
  const held = out.find((update) => update.deliveries.some((delivery) => delivery.state === 'held'))
  return held ?? out.find((update) => update.deliveries.some(needsPerson)) ?? out[0]
}

export function Board({ desk }: { desk: Desk }) {
  const update = boardUpdate(desk.store.updates.value)
  const lang = desk.store.event.value?.default_lang ?? 'en'
  return (
    <>
      <div class="ph">
        <h2 id="h-d">{t('board')}</h2>
        {update && (
          <span class="t2 trunc small">
            {t('board.of', { time: update.released_at ? clock(update.released_at) : '', text: update.texts[lang] ?? '' })}
          </span>
        )}
        <span class="sp" />
        {update && (
          <a class="btn btn-s btn-sm" href={href('delivery', update.id)}>
            <Icon name="expand" />
            {t('board.detail')}
          </a>
        )}
      </div>
      {update ? (
        <ul class="board">
          {update.deliveries.map((delivery) => (
            <Row key={delivery.id} desk={desk} delivery={delivery} />
          ))}
          <li class="dl">
            <ChannelTile adapter="page" />
            <span class="nm">{t('compose.page')}</span>
            <Stack done={1} failed={0} waiting={0} label={t('board.live')} />
            <span class="st">
              <Chip tone="ok" icon="checks">
                {t('board.live')}
              </Chip>
            </span>
          </li>
        </ul>
      ) : (
        <EmptyOf store={desk.store} icon="send">
          {t('outbox.empty')}
        </EmptyOf>
      )}
    </>
  )
}
