/** The desk's questions: stop, end, what waited, and the next promised update. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../shared/i18n/index.ts'
import { Dialog, DialogFoot } from '../shared/ui/dialog.tsx'
import { Icon } from '../shared/ui/icon.tsx'
import { ResumeDialog } from '../shared/ui/resume-dialog.tsx'
import { TroubleLine } from '../shared/ui/trouble.tsx'
import { AllClearDialog } from './all-clear.tsx'
import { DelegatesDialog } from './delegates.tsx'
import type { Desk } from './desk.ts'
import { EndDrillDialog } from './drill-parts.tsx'
import { ButtonDialog } from './duty.tsx'
import { KeysDialog } from './keys.tsx'
import { PinnedDialog } from './pinned.tsx'
import { ReplyDialog } from './reply-context.tsx'
import { TemplatesDialog } from './templates.tsx'

/** Stop: the button, then Enter. The button that stops has the focus; everything else is the way out. */
function StopDialog({ desk, onClose }: { desk: Desk; onClose: () => void }) {
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => button.current?.focus(), [])
  const waiting = desk.store.waiting.value.length
  return (
    <Dialog title={t('stop.ask')} onClose={onClose}>
      <div class="fields">
        <p>{t('stop.ask.sub', { n: waiting })}</p>
        <p class="t2">{t('stopped.says', { text: t('stop.public') })}</p>
        <TroubleLine trouble={desk.acting.trouble.value} />
      </div>
      <DialogFoot onClose={onClose} back={t('stop.not')}>
        <button type="button" class="btn btn-d" ref={button} onClick={() => desk.stopping.stop(onClose)}>
          <Icon name="stop" />
          {t('stop.all')} <span class="kbd">↵</span>
        </button>
      </DialogFoot>
    </Dialog>
  )
}

function EndDialog({ desk, onClose }: { desk: Desk; onClose: () => void }) {
  const waiting = desk.store.counting.value.length
  return (
    <Dialog title={t('end.ask')} onClose={onClose}>
      <div class="fields">
        <p>{t('end.ask.sub')}</p>
        {waiting > 0 && <p class="ct-warn b">{t('end.waiting', { n: waiting })}</p>}
        <TroubleLine trouble={desk.acting.trouble.value} />
      </div>
      <DialogFoot onClose={onClose}>
        <button type="button" class="btn btn-d" onClick={() => desk.end()}>
          {t('end.do')}
        </button>
      </DialogFoot>
    </Dialog>
  )
}

const CHOICES_MIN = [15, 30, 60, 120] as const

function PromiseDialog({ desk, onClose }: { desk: Desk; onClose: () => void }) {
  const minutes = useSignal<number>(30)
  const may = desk.store.event.value?.promised_next_at
  return (
    <Dialog title={t('due.set')} onClose={onClose}>
      <div class="fields">
        <p class="t2">{t('due.set.sub')}</p>
        <div class="seg" role="group" aria-label={t('due.set')}>
          {CHOICES_MIN.map((n) => (
            <button type="button" key={n} aria-pressed={minutes.value === n} onClick={() => (minutes.value = n)}>
              {t('due.in', { n })}
            </button>
          ))}
        </div>
        <TroubleLine trouble={desk.acting.trouble.value} />
      </div>
      <DialogFoot onClose={onClose}>
        {may && (
          <button type="button" class="btn btn-s" onClick={() => desk.change({ promised_next_at: null })}>
            {t('due.none')}
          </button>
        )}
        <button
          type="button"
          class="btn btn-p"
          onClick={() => desk.change({ promised_next_at: new Date(Date.now() + minutes.value * 60_000).toISOString() })}
        >
          {t('due.do')}
        </button>
      </DialogFoot>
    </Dialog>
  )
}

export function Dialogs({ desk }: { desk: Desk }) {
  const close = () => (desk.asking.value = undefined)
  if (desk.asking.value === 'stop') return <StopDialog desk={desk} onClose={close} />
  if (desk.stopping.choosing.value) {
    return <ResumeDialog stopping={desk.stopping} lang={desk.store.event.value?.default_lang ?? 'en'} />
  }
  switch (desk.asking.value) {
    case 'end':
      return <EndDialog desk={desk} onClose={close} />
    case 'keys':
      return <KeysDialog onClose={close} />
    case 'pinned':
      return <PinnedDialog desk={desk} />
    case 'templates':
      return <TemplatesDialog desk={desk} onClose={close} />
    case 'reply':
      return <ReplyDialog desk={desk} onClose={close} />
    case 'button':
      return <ButtonDialog desk={desk} onClose={close} />
    case 'drill':
      return <EndDrillDialog desk={desk} onClose={close} />
    case 'clear':
      return <AllClearDialog desk={desk} onClose={close} />
    case 'delegates':
      return <DelegatesDialog desk={desk} onClose={close} />
    case 'promise':
      return <PromiseDialog desk={desk} onClose={close} />
    default:
      return null
  }
}
