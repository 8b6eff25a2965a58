/** The desk's mode bar, above every dialog: what is true of sending, and Stop. */
import { t } from '../shared/i18n/index.ts'
import { sinceWords } from '../shared/since.ts'
import { now_ms } from '../shared/tick.ts'
import { Icon } from '../shared/ui/icon.tsx'
import { ModeBar } from '../shared/ui/mode-bar.tsx'
import { clockSeconds } from '../shared/when.ts'
import { isElsewhere, zoneName } from '../shared/zone.ts'
import type { Desk } from './desk.ts'
import { RunningInBar } from './drill-parts.tsx'

export function Bar({ desk }: { desk: Desk }) {
  const event = desk.store.event.value
  const mode = desk.mode.value
  const sub =
    mode.bar === 'standby'
      ? t(event?.state === 'ended' || event?.state === 'archived' ? 'mode.ended.sub' : 'mode.standby.sub')
      : mode.bar === 'event'
        ? (event?.title ?? '')
        : event?.sending === 'hold'
          ? sinceWords(event, now_ms.value) || t('mode.hold.sub')
          : t(`mode.${mode.bar}.sub`)
  const running = event?.state === 'live' && event.sending !== 'stop'
  return (
    <ModeBar mode={mode}>
      <span class="thin sub">{sub}</span>
      <span class="sp" />
      {desk.store.liveness.value !== 'live' && (
        <span class="off" role="status">
          <Icon name="wifi-off" />
          {t(desk.store.liveness.value === 'connecting' ? 'online.connecting' : desk.store.liveness.value === 'reconnecting' ? 'online.reconnecting' : 'online.not')}
        </span>
      )}
      <RunningInBar desk={desk} />
      {(!desk.drills.running.value || isElsewhere(now_ms.value)) && (
        <span class={isElsewhere(now_ms.value) ? 'thin nowrap' : 'thin wide'}>
          <span class="b">{clockSeconds(now_ms.value)}</span> {zoneName(now_ms.value)}
        </span>
      )}
      {running && event.sending === 'open' && desk.may('sending.hold') && (
        <button type="button" class="btn btn-sm btn-s in-bar" onClick={() => desk.stopping.hold()}>
          <Icon name="pause" />
          {t('hold.button')}
        </button>
      )}
      {running && event.sending === 'hold' && desk.may('sending.resume') && (
        <button type="button" class="btn btn-sm btn-s in-bar" onClick={() => desk.stopping.resume()}>
          <Icon name="play" />
          {t('resume.button')}
        </button>
      )}
      {running && desk.may('sending.stop') && (
        <button type="button" class="btn btn-sm stop-all" onClick={() => desk.ask('stop')}>
          <Icon name="stop" />
          {t('stop.all')}
        </button>
      )}
    </ModeBar>
  )
}
