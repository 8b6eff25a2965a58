/** The tablet's mode bar: the event, how long it runs, how many watch, and whether we are connected. */
import { t } from '../shared/i18n/index.ts'
import { now_ms } from '../shared/tick.ts'
import { Icon, LiveMark, Mark } from '../shared/ui/icon.tsx'
import { ModeBar } from '../shared/ui/mode-bar.tsx'
import { clock, length } from '../shared/when.ts'
import { isElsewhere, zoneName } from '../shared/zone.ts'
import type { Tablet } from './tablet.ts'

export function OnlineChip({ tablet }: { tablet: Tablet }) {
  const connection = tablet.store.liveness.value
  const n = tablet.sender.waiting.value.length
  const offline = tablet.sender.offline.value
  const slow = tablet.sender.slow.value
  if (n || slow) {
    return (
      <span class="st off" role="status">
        <Icon name={offline ? 'wifi-off' : 'clock'} />
        {offline ? t('outbox.waiting', { n }) : slow ? t('link.slow.n', { n }) : t('outbox.n', { n })}
      </span>
    )
  }
  if (offline) {
    return (
      <span class="st off" role="status">
        <Icon name="wifi-off" />
        {t('online.not')}
      </span>
    )
  }
  if (connection === 'live') {
    return (
      <span class="st" role="status">
        <Icon name="wifi" />
        {t('online')}
      </span>
    )
  }
  return (
    <span class={connection === 'connecting' ? 'st' : 'st off'} role="status">
      <Icon name="wifi-off" />
      {t(connection === 'connecting' ? 'online.connecting' : connection === 'reconnecting' ? 'online.reconnecting' : 'online.not')}
    </span>
  )
}

export function Bar({ tablet }: { tablet: Tablet }) {
  const event = tablet.store.event.value
  const mode = tablet.mode.value
  const viewers = tablet.store.viewers.value
  const held_at = event?.sending === 'hold' ? event.duty?.sending_since : undefined
  const shown = mode.within ?? mode.bar
  return (
    <ModeBar
      mode={mode}
      icon={
        mode.bar === 'event' || (mode.bar === 'drill' && shown === 'event') ? (
          <>
            <Mark label="Tocsin" />
            <span class="live pill">
              <LiveMark />
              {t('live')}
            </span>
          </>
        ) : undefined
      }
    >
      <h1 class="trunc sp">
        {mode.bar === 'hold' ? (
          t('mode.hold.sub')
        ) : (
          <>
            {event?.title}
            {event?.place && <span class="thin wide"> · {event.place}</span>}
          </>
        )}
      </h1>
      {shown === 'hold' && held_at ? (
        <span class="st">{t('hold.since', { time: length(Math.max(0, (now_ms.value - Date.parse(held_at)) / 1000)) })}</span>
      ) : (
        event?.started_at &&
        mode.bar !== 'stop' && (
          <span class="st wide">
            <Icon name="clock" />
            {length((now_ms.value - Date.parse(event.started_at)) / 1000)}
          </span>
        )
      )}
      {/* Every time on this screen is the house's; where the tablet's own clock shows another, that is said. */}
      {isElsewhere(now_ms.value) && mode.bar !== 'stop' && (
        <span class="st">
          {clock(now_ms.value)} {zoneName(now_ms.value)}
        </span>
      )}
      {/* How many watch is only known while we hear of it. */}
      {viewers !== null && mode.bar !== 'stop' && !tablet.sender.offline.value && tablet.store.liveness.value === 'live' && (
        <span class="st watch">
          <Icon name="eye" />
          <span>{t('watching', { n: viewers })}</span>
          <b aria-hidden="true">{viewers}</b>
        </span>
      )}
      <OnlineChip tablet={tablet} />
    </ModeBar>
  )
}
