/** Sent so far: the event's updates, newest first, with Undo while one counts down. */
import { countdownOf } from '../shared/countdown.ts'
import { overallOf } from '../shared/delivery.ts'
import { t, type Key } from '../shared/i18n/index.ts'
import { now_ms } from '../shared/tick.ts'
import { Icon } from '../shared/ui/icon.tsx'
import { Chip, EmptyOf, Ring, type Tone } from '../shared/ui/parts.tsx'
import { clock } from '../shared/when.ts'
import type { DeskUpdate } from '../shared/wire.ts'
import type { Desk } from './desk.ts'
import { href } from './route.ts'

const KINDS: Record<string, { key: Key; tone: Tone }> = {
  update: { key: 'kind.update', tone: 'info' },
  answer: { key: 'kind.answer', tone: 'info' },
  correction: { key: 'correct.label', tone: 'warn' },
  retraction: { key: 'retract.label', tone: 'bad' },
  all_clear: { key: 'clear.label', tone: 'ok' },
}

function text(desk: Desk, update: DeskUpdate): string {
  return update.texts[desk.store.event.value?.default_lang ?? 'en'] ?? Object.values(update.texts)[0] ?? ''
}

export function Countdowns({ desk }: { desk: Desk }) {
  const counting = desk.store.counting.value
  const delay_s = desk.store.event.value?.delay_s ?? 20
  if (!counting.length) return null
  return (
    <ul class="counts" aria-label={t('count.list')}>
      {counting.map((update) => {
        const given_s = update.release_at ? (Date.parse(update.release_at) - Date.parse(update.received_at)) / 1000 : 0
        const left = countdownOf(update, given_s || delay_s, now_ms.value)
        if (!left) return null
        return (
          <li class="count" key={update.id}>
            {left.frozen ? (
              <Ring part={left.part} size={46} icon="pause" />
            ) : (
              <Ring part={left.part} number={left.left_s} size={46} label={t('count.left', { s: left.left_s })} />
            )}
            <div class="sp">
              <b>{t(left.frozen ? 'count.hold.title' : 'count.title', { s: left.left_s })}</b>
              <p class="trunc t2">{text(desk, update)}</p>
            </div>
            {desk.may('update.undo') && (
              <button
                type="button"
                class="btn undo"
                disabled={desk.acting.busy.value.has(`undo ${update.id}`)}
                aria-label={t('count.undo.one', { text: text(desk, update).slice(0, 40) })}
                onClick={() => desk.undo(update)}
              >
                <Icon name="undo" />
                {t('count.undo')}
              </button>
            )}
          </li>
        )
      })}
    </ul>
  )
}

function Row({ desk, update }: { desk: Desk; update: DeskUpdate }) {
  const { key, tone } = KINDS[update.kind] ?? KINDS['update']!
  const struck = update.state === 'withdrawn' || update.on_page === 'corrected' || update.on_page === 'retracted'
  const { overall, n } = overallOf([update])
  return (
    <li class="msg">
      <time dateTime={update.released_at ?? update.received_at}>{clock(update.released_at ?? update.received_at)}</time>
      <span class={struck ? 'trunc t2' : 'trunc'}>
        {update.state === 'withdrawn' ? (
          <Chip square>{t('sent.undone')}</Chip>
        ) : update.state === 'expired' ? (
          <Chip square tone="bad">
            {t('delivery.expired')}
          </Chip>
        ) : (
          <Chip square tone={tone}>
            {t(key)}
          </Chip>
        )}{' '}
        {update.key_moment && <span class="i i-key ct-warn" role="img" aria-label={t('view.key')} />}{' '}
        {struck ? <s>{text(desk, update)}</s> : text(desk, update)}
      </span>
      <span class="row">
        {overall === 'attention' && (
          <Chip tone="bad" icon="alert">
            {n}
          </Chip>
        )}
        {update.state === 'released' && update.on_page === 'shown' && desk.may('update.correct') && (
          <button
            type="button"
            class="btn btn-q btn-xs btn-ic"
            aria-label={t('correct.open', { text: text(desk, update).slice(0, 40) })}
            title={t('correct.menu')}
            onClick={() => desk.correcting.open(update)}
          >
            <Icon name="edit" />
          </button>
        )}
        {update.deliveries.length > 0 && (
          <a class="btn btn-q btn-xs btn-ic" href={href('delivery', update.id)} aria-label={t('sent.detail', { text: text(desk, update).slice(0, 40) })}>
            <Icon name="right" />
          </a>
        )}
      </span>
    </li>
  )
}

export function Sent({ desk }: { desk: Desk }) {
  const sent = desk.store.updates.value.filter((update) => update.state !== 'counting_down' && update.state !== 'draft' && update.state !== 'awaiting_approval')
  return (
    <>
      <div class="ph second">
        <h2 id="h-s">{t('sent')}</h2>
        {desk.store.isKnown.value && <span class="t3 small">{t('sent.n', { n: sent.filter((update) => update.state === 'released').length })}</span>}
      </div>
      {sent.length ? (
        <ol class="msgs" aria-labelledby="h-s">
          {sent.map((update) => (
            <Row key={update.id} desk={desk} update={update} />
          ))}
        </ol>
      ) : (
        <EmptyOf store={desk.store} icon="list">
          {t('empty.sent')}
        </EmptyOf>
      )}
    </>
  )
}
