/** What waits on this tablet: its band, the questions it asks, what was refused, and the list in the outbox. */
import { language, t } from '../shared/i18n/index.ts'
import { canBePhoned, canSkipPhoto, type Entry } from '../shared/outbox.ts'
import { sizeWords } from '../shared/photo.ts'
import { now_ms } from '../shared/tick.ts'
import { Icon } from '../shared/ui/icon.tsx'
import { Chip, Notice, Ring } from '../shared/ui/parts.tsx'
import { clockOn, length } from '../shared/when.ts'
import type { Tablet } from './tablet.ts'

const short = (entry: Entry): string => (entry.text.length > 40 ? `${entry.text.slice(0, 40)}…` : entry.text)

/** What goes next, in the place where its countdown will be; the others stand in the outbox. */
export function WaitingBand({ tablet }: { tablet: Tablet }) {
  const entry = tablet.sender.waiting.value.find((one) => !one.undo)
  if (!entry || entry.asks) return null
  const offline = tablet.sender.offline.value
  const delay = tablet.store.event.value?.delay_s ?? 20
  return (
    <li class="count wait">
      <Ring part={0} icon={offline ? 'wifi-off' : 'send'} size={84} />
      <div class="sp">
        <h2>{t(offline ? 'count.offline.title' : 'count.sending.title')}</h2>
        {/* What is safe, and what happens next: the end of the sentence is what it is for. */}
        <p>
          {offline ? t('count.offline.body', { name: entry.name, delay }) : t('count.sending.body', { name: entry.name })}
        </p>
      </div>
      <Undo tablet={tablet} entry={entry} />
    </li>
  )
}

function Undo({ tablet, entry, small }: { tablet: Tablet; entry: Entry; small?: boolean }) {
  return (
    <button
      type="button"
      class={small ? 'btn btn-s' : 'btn'}
      aria-label={t('count.undo.one', { text: short(entry) })}
      disabled={tablet.acting.busy.value.has(`undo ${entry.key}`)}
      onClick={() => tablet.takeBack(entry)}
    >
      <Icon name="undo" />
      {small ? <span class="vh">{t('count.undo')}</span> : t('count.undo')}
    </button>
  )
}

/** Written too long ago, or before sending was paused: a person says what happens, one by one or all at once. */
export function Asking({ tablet }: { tablet: Tablet }) {
  const asking = tablet.sender.asking.value
  const first = asking[0]
  if (!first) return null
  const keys = asking.map((entry) => entry.key)
  const busy = tablet.acting.busy.value.has('decide')
  return (
    <section class="asks" aria-labelledby="h-asks">
      <h2 id="h-asks">
        <Icon name="clock" /> {t(`ask.${first.asks!}`, { n: asking.length })}
      </h2>
      <p class="t2">{t(first.asks === 'phoned' ? 'ask.phoned.sub' : 'ask.sub')}</p>
      {asking.length > 1 && (
        <div class="row">
          <button type="button" class="btn btn-s" disabled={busy} onClick={() => tablet.decide(keys, false)}>
            {t('ask.drop.all')}
          </button>
          <span class="sp" />
          <button type="button" class="btn btn-p" disabled={busy} onClick={() => tablet.decide(keys, true)}>
            {t('ask.send.all')}
          </button>
        </div>
      )}
      <ul>
        {asking.map((entry) => (
          <li key={entry.key}>
            <span class="sp">
              <span class="clamp2">{entry.text}</span>
              <small class="t2">{t('ask.written', { time: clockOn(entry.composed.server_ms ?? entry.composed.wall_ms, now_ms.value) })}</small>
            </span>
            <button type="button" class="btn btn-s" aria-label={t('ask.drop.one', { text: short(entry) })} disabled={busy} onClick={() => tablet.decide([entry.key], false)}>
              {t('ask.drop')}
            </button>
            <button type="button" class="btn btn-p" aria-label={t('ask.send.one', { text: short(entry) })} disabled={busy} onClick={() => tablet.decide([entry.key], true)}>
              {t('ask.send')}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** The server will not have it like this: the words, why, and the way back into the editor. */
export function Refused({ tablet }: { tablet: Tablet }) {
  return (
    <>
      {tablet.sender.refused.value.map((entry) => (
        <Notice
          key={entry.key}
          tone="bad"
          title={t('refused.title', { name: entry.name })}
          action={
            <span class="row">
              <button type="button" class="btn btn-s" onClick={() => tablet.decide([entry.key], false)}>
                {t('refused.drop')}
              </button>
              <button type="button" class="btn btn-p" onClick={() => tablet.edit(entry)}>
                {t('refused.edit')}
              </button>
            </span>
          }
        >
          {entry.refused!.words}
        </Notice>
      ))}
    </>
  )
}

/** The tablet's own troubles: a clock that is wrong, a store that keeps nothing, what is known from before. */
export function Honest({ tablet }: { tablet: Tablet }) {
  const skew_ms = tablet.sender.skew_ms.value
  const keeping = tablet.shelf.keeping.value
  const known_at = tablet.known_at.value
  return (
    <>
      {tablet.sender.slow.value && (
        <Notice
          tone="warn"
          icon="clock"
          title={t('link.slow')}
          action={
            tablet.sender.waiting.value.some(canSkipPhoto) ? (
              <button type="button" class="btn btn-s" onClick={() => tablet.skipPhotos()}>
                {t('link.skip')}
              </button>
            ) : undefined
          }
        >
          {t('link.slow.sub')}
        </Notice>
      )}
      {keeping !== 'kept' && tablet.sender.entries.value.length > 0 && (
        <Notice tone="warn" title={t('outbox.memory')}>
          {t(`outbox.memory.${keeping}`)}
        </Notice>
      )}
      {known_at !== undefined && (
        <Notice tone="info" icon="wifi-off" title={t('known.title')}>
          {t('known.sub', { time: clockOn(known_at, Date.now()) })}
        </Notice>
      )}
      {skew_ms !== 0 && (
        <Notice tone="warn" icon="clock" title={t('skew.title', { way: skew_ms > 0 ? 'ahead' : 'behind', length: length(Math.abs(skew_ms) / 1000) })}>
          {t('skew.sub')}
        </Notice>
      )}
      {tablet.fresh.value && (
        <Notice
          tone="info"
          icon="refresh"
          title={t('fresh.title')}
          action={
            <button type="button" class="btn btn-p" onClick={() => tablet.update()}>
              {t('fresh.do')}
            </button>
          }
        >
          {t('fresh.sub')}
        </Notice>
      )}
    </>
  )
}

function stateOf(tablet: Tablet, entry: Entry): string {
  if (entry.undo) return t('outbox.state.undo')
  if (entry.asks) return t('outbox.state.asks')
  return t(tablet.sender.flying.value === entry.key ? 'outbox.state.sending' : 'outbox.state.waiting')
}

/** The outbox while something waits here. */
export function WaitingList({ tablet }: { tablet: Tablet }) {
  const waiting = tablet.sender.waiting.value
  const tried = tablet.sender.tried_at_ms.value
  const following = tablet.sender.next_at_ms.value
  const barred = tablet.sender.barred.value
  const s = (ms: number) => length(Math.max(0, ms / 1000))
  // Read for its tick: both times are the tablet's own.
  const now = now_ms.value && Date.now()
  return (
    <section class="card outp mine" aria-labelledby="h-mine">
      <div class="ph">
        <h2 id="h-mine" class="sp">{t('outbox.mine')}</h2>
        <Chip tone="warn">
          {t('outbox.n', { n: waiting.length })}
        </Chip>
      </div>
      <ol class="out">
        {waiting.map((entry, index) => (
          <li key={entry.key}>
            <span class="n">{index + 1}</span>
            <span class="sp">
              <span class="trunc">{entry.name}</span>
              <small class={entry.asks ? 'ct-warn b' : 't2'}>
                {stateOf(tablet, entry)}
                {entry.photo && ` · ${t('outbox.photo', { size: sizeWords(entry.photo.size_bytes, language()) })}`}
              </small>
            </span>
            {!entry.undo && <Undo tablet={tablet} entry={entry} small />}
          </li>
        ))}
      </ol>
      <div class="foot">
        <p class="t2">
          {barred === 'sign-in' ? t('outbox.bar.sign-in') : t('outbox.safe')}
          {tried !== undefined && following !== undefined && ` ${t('outbox.tried', { ago: s(now - tried), wait: s(following - now) })}`}
        </p>
        <div class="two">
          <button type="button" class="btn btn-s" onClick={() => tablet.sender.wake()}>
            <Icon name="refresh" />
            {t('outbox.now')}
          </button>
          {waiting.some(canBePhoned) && (
            <button type="button" class="btn btn-s" onClick={() => tablet.phone()}>
              <Icon name="phone" />
              {t('outbox.phone')}
            </button>
          )}
        </div>
      </div>
    </section>
  )
}
