/** What is about to go out, soonest on top, each with its own Undo. */
import { useEffect, useRef } from 'preact/hooks'
import { countdownOf, SPOKEN_S } from '../shared/countdown.ts'
import { t } from '../shared/i18n/index.ts'
import { now_ms } from '../shared/tick.ts'
import { announce } from '../shared/ui/announce.tsx'
import { Icon } from '../shared/ui/icon.tsx'
import { Ring } from '../shared/ui/parts.tsx'
import type { DeskUpdate } from '../shared/wire.ts'
import type { Tablet } from './tablet.ts'
import { WaitingBand } from './waiting.tsx'

function Band({ tablet, update, first }: { tablet: Tablet; update: DeskUpdate; first: boolean }) {
  const event = tablet.store.event.value
  const lang = event?.default_lang ?? 'en'
  // The whole of the ring is what this one was given, not what the event would give now.
  const given_s = update.release_at ? (Date.parse(update.release_at) - Date.parse(update.received_at)) / 1000 : 0
  const left = countdownOf(update, given_s || (event?.delay_s ?? 20), now_ms.value)
  const spoken = useRef<number | undefined>(undefined)
  const s = left?.left_s ?? 0
  useEffect(() => {
    if (first && left && !left.frozen && spoken.current !== s && (SPOKEN_S as readonly number[]).includes(s)) {
      spoken.current = s
      announce(t('count.title', { s }))
    }
  }, [s, first])
  if (!left) return null
  const title = left.frozen ? t('count.hold.title', { s }) : t('count.title', { s })
  const text = update.texts[lang] ?? Object.values(update.texts)[0] ?? ''
  return (
    <li class={first ? 'count' : 'count more'}>
      {left.frozen ? (
        <Ring part={left.part} size={first ? 84 : 48} icon="pause" />
      ) : (
        <Ring part={left.part} number={s} size={first ? 84 : 48} label={t('count.left', { s })} />
      )}
      <div class="sp">
        <h2>{title}</h2>
        {first && left.frozen ? <p>{t('count.hold.body')}</p> : <p class={first ? 'clamp2' : 'trunc'}>{text}</p>}
      </div>
      <button
        type="button"
        class="btn"
        aria-label={t('count.undo.one', { text: text.slice(0, 40) })}
        disabled={tablet.acting.busy.value.has(`undo ${update.id}`)}
        onClick={() => tablet.undo(update)}
      >
        <Icon name="undo" />
        {t('count.undo')}
      </button>
    </li>
  )
}

export function Countdowns({ tablet }: { tablet: Tablet }) {
  const counting = tablet.store.counting.value
  const list = useRef<HTMLUListElement>(null)
  const own = tablet.sender.waiting.value.length
  const before = useRef(own)
  useEffect(() => {
    // On a telephone it appears above what is looked at: whoever has just sent sees the way back.
    if (own > before.current) list.current?.scrollIntoView({ block: 'nearest' })
    before.current = own
  }, [own])
  if (!counting.length && !tablet.sender.waiting.value.length) return null
  return (
    <ul class="counts" ref={list} aria-label={t('count.list')}>
      {counting.map((update, index) => (
        <Band key={update.id} tablet={tablet} update={update} first={index === 0} />
      ))}
      <WaitingBand tablet={tablet} />
    </ul>
  )
}
