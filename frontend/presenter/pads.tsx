/** HOLD and STOP: always in the same place. A touch holds; STOP fills over two seconds and cancels on release. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../shared/i18n/index.ts'
import { Icon } from '../shared/ui/icon.tsx'
import type { Tablet } from './tablet.ts'

export const STOP_MS = 2_000

export function StopPad({ onStop }: { onStop: () => void }) {
  const pressing = useSignal(false)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const begin = () => {
    if (pressing.value) return
    pressing.value = true
    timer.current = setTimeout(() => {
      pressing.value = false
      onStop()
    }, STOP_MS)
  }
  const cancel = () => {
    pressing.value = false
    clearTimeout(timer.current)
  }
  useEffect(() => cancel, [])
  const isKey = (key: string) => key === 'Enter' || key === ' '
  return (
    <button
      type="button"
      class={pressing.value ? 'pad pad-s pressing' : 'pad pad-s'}
      onPointerDown={(down) => {
        if (!down.isPrimary) return
        down.currentTarget.setPointerCapture(down.pointerId)
        begin()
      }}
      onPointerUp={cancel}
      onPointerCancel={cancel}
      onLostPointerCapture={cancel}
      onContextMenu={(menu) => menu.preventDefault()}
      onKeyDown={(key) => {
        if (isKey(key.key)) {
          key.preventDefault()
          begin()
        }
      }}
      onKeyUp={(key) => isKey(key.key) && cancel()}
      onBlur={cancel}
    >
      <Icon name="stop" class="on-stop" />
      {t('stop')}
      <small>{t(pressing.value ? 'stop.pressing' : 'stop.sub')}</small>
    </button>
  )
}

export function Pads({ tablet }: { tablet: Tablet }) {
  const event = tablet.store.event.value
  if (!event || event.state !== 'live') return null
  const held = event.sending === 'hold'
  return (
    <div class="pads" role="group" aria-label={t('pads')}>
      {held ? (
        <button type="button" class="pad pad-r" onClick={() => tablet.stopping.resume()}>
          <Icon name="play" />
          {t('resume')}
          <small>{t('resume.sub')}</small>
        </button>
      ) : (
        <button type="button" class="pad pad-h" onClick={() => tablet.stopping.hold()}>
          <Icon name="pause" />
          {t('hold')}
          <small>{t('hold.sub')}</small>
        </button>
      )}
      <StopPad onStop={() => tablet.stopping.stop()} />
    </div>
  )
}
