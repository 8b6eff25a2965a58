/** The all clear, before it is given: its words once more, and everything that it does. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { readAllClear, type AllClear } from '../shared/commands.ts'
import { language, t } from '../shared/i18n/index.ts'
import { Dialog, DialogFoot } from '../shared/ui/dialog.tsx'
import { Icon } from '../shared/ui/icon.tsx'
import { Notice } from '../shared/ui/parts.tsx'
import { TroubleLine } from '../shared/ui/trouble.tsx'
import { clock } from '../shared/when.ts'
import type { Desk } from './desk.ts'
import { EstimateLine } from './estimate.tsx'
import { href } from './route.ts'

/** "X, Facebook and SMS", as the language says it. */
const listed = (names: readonly string[]) => new Intl.ListFormat(language() === 'en' ? 'en-GB' : language(), { type: 'conjunction' }).format(names)

function Effect({ icon, b, children }: { icon: string; b?: boolean; children: string }) {
  return (
    <li class={b ? 'b' : undefined}>
      <Icon name={icon} class="t3" />
      <span>{children}</span>
    </li>
  )
}

/** What waits and is dropped, and what would come after it: each is one thing to look at first. */
function Warnings({ found, onLeave }: { found: AllClear; onLeave: () => void }) {
  const later = found.counting + found.asked
  return (
    <>
      {found.dropped.length > 0 && (
        <Notice
          tone="warn"
          title={t('clear.dropped', { n: found.dropped.reduce((n, one) => n + one.updates, 0) })}
          action={
            <a class="btn btn-s btn-sm" href={href('delivery')} onClick={onLeave}>
              {t('clear.review')}
            </a>
          }
        >
          {found.dropped.map((one) => t('clear.dropped.on', { channel: one.name, n: one.updates, people: one.people })).join(' ')} {t('clear.dropped.sub')}
        </Notice>
      )}
      {later > 0 && (
        <Notice tone="warn" title={t('clear.later', { n: later })}>
          {t('clear.later.sub')}
        </Notice>
      )}
    </>
  )
}

/** Everything that it does, from what the server has and knows now. */
export function ClearEffects({ desk, goes, onLeave }: { desk: Desk; goes?: string; onLeave: () => void }) {
  const found = useSignal<AllClear | undefined>(undefined)
  const failed = useSignal(false)
  useEffect(() => {
    let here = true
    readAllClear(desk.config.event_id).then(
      (answer) => {
        if (here) found.value = answer
      },
      () => {
        if (here) failed.value = true
      },
    )
    return () => {
      here = false
    }
  }, [])
  const event = desk.store.event.value
  const todo = event?.pinned['do']
  const points = Array.isArray(todo) ? todo.filter((one): one is string => typeof one === 'string') : []
  const told = found.value?.told ?? 0
  return (
    <>
      <ul class="chk clear" aria-label={t('clear.effects')}>
        {goes && (
          <Effect icon="send" b>
            {goes}
          </Effect>
        )}
        <Effect icon="globe">{t('clear.page')}</Effect>
        {told > 0 && <Effect icon="list">{t('clear.told', { n: told })}</Effect>}
        {points.length > 0 && (
          <li>
            <Icon name="pin" class="ct-warn" />
            <span class="row wrap">
              <span class="sp">{t('clear.pinned', { text: points.join(' ') })}</span>
              {desk.may('event.edit') && (
                <button type="button" class="btn btn-s btn-xs" onClick={() => desk.ask('pinned')}>
                  {t('clear.pinned.edit')}
                </button>
              )}
            </span>
          </li>
        )}
        {event?.promised_next_at && <Effect icon="clock">{t('clear.promise', { time: clock(event.promised_next_at) })}</Effect>}
        {event?.replies_open && <Effect icon="reply">{t('clear.replies')}</Effect>}
        <Effect icon="check">{t('clear.end')}</Effect>
      </ul>
      <div role="status" class="clear-warns">
        {failed.value && <p class="ct-bad b">{t('clear.unread')}</p>}
        {found.value && <Warnings found={found.value} onLeave={onLeave} />}
      </div>
    </>
  )
}

export function AllClearDialog({ desk, onClose }: { desk: Desk; onClose: () => void }) {
  const { writing } = desk
  const { texts, channels } = writing.draft.value
  const can = writing.sendable.value
  const preview = writing.previewing.shown.value
  const all = desk.detail.value?.channels ?? []
  // Who is texted is counted; pages are followed.
  const names = all.filter((one) => one.people === null && (channels?.includes(one.id) ?? true)).map((one) => one.name)
  const people = preview?.channels.reduce((n, one) => n + (one.people ?? 0), 0) ?? 0
  const asks = can.kind === 'approval'
  const ready = (can.kind === 'ready' || can.kind === 'hold' || can.kind === 'offline' || can.kind === 'ask' || asks) && !desk.acting.busy.value.has('send')
  return (
    <Dialog title={t('clear.give')} onClose={onClose} wide>
      <div class="fields">
        {Object.entries(texts)
          .filter(([, text]) => text.trim())
          .map(([lang, text]) => (
            <p key={lang} class="said" lang={lang} dir="auto">
              <mark class="var">{t('clear.label')}</mark> {text}
            </p>
          ))}
        <ClearEffects desk={desk} goes={t('clear.goes', { n: people, channels: listed([...names, t('compose.page')]) })} onLeave={onClose} />
        {preview && <EstimateLine preview={preview} />}
        <TroubleLine trouble={desk.acting.trouble.value} />
      </div>
      <DialogFoot onClose={onClose}>
        {asks && <span class="t2 small">{t('approve.need')}</span>}
        <button type="button" class={ready ? 'btn btn-p' : 'btn'} aria-disabled={ready ? undefined : 'true'} onClick={() => ready && desk.sendNow()}>
          {asks ? t('approve.ask') : t('clear.give')}
        </button>
      </DialogFoot>
    </Dialog>
  )
}
