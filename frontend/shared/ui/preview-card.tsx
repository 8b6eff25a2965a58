/** One channel's preview: its own count, a meter, and how the text will look there. */
import { channelTrouble } from '../delivery.ts'
import type { ChannelPreview } from '../draft.ts'
import { t } from '../i18n/index.ts'
import { now_ms } from '../tick.ts'
import { clock } from '../when.ts'
import type { ChannelState } from '../wire.ts'
import { ChannelTile } from './icon.tsx'
import { Meter } from './parts.tsx'

/** The number that matters on this channel, as two pieces: "115" "of 280", "2 parts" "GSM-7", "Facebook" "Fits". */
function count(preview: ChannelPreview): { big: string; small: string; good: boolean } {
  const { weight, limit, fits, segments, encoding } = preview.measured
  const over = weight - limit
  if (!fits && over > 0) return { big: t('count.over', { n: over }), small: '', good: false }
  if (segments !== null) {
    // One message ends at 160 or 70; of several, every one is a little shorter.
    const one = encoding === 'UCS-2' ? (segments > 1 ? 67 : 70) : segments > 1 ? 153 : 160
    return { big: t('sms.parts', { n: segments }), small: `${weight}/${one * segments}`, good: true }
  }
  if (preview.parts.length > 1) return { big: t('count.thread', { n: preview.parts.length }), small: t('count.of', { limit }), good: true }
  if (limit > 2000) return { big: preview.name, small: t('count.fits'), good: true }
  return { big: String(weight), small: t('count.of', { limit }), good: true }
}

function fullness(preview: ChannelPreview): number {
  const { weight, limit, segments, encoding } = preview.measured
  if (segments === null || weight > limit) return weight / limit
  const one = encoding === 'UCS-2' ? (segments > 1 ? 67 : 70) : segments > 1 ? 153 : 160
  return weight / (one * segments)
}

export function PreviewCard({ preview, channel, brief }: { preview: ChannelPreview; channel?: ChannelState; brief?: boolean }) {
  const { big, small, good } = count(preview)
  const part = fullness(preview)
  const trouble = channelTrouble(channel, now_ms.value)
  const spoiler = preview.measured.encoding === 'UCS-2' ? preview.measured.offenders[0] : undefined
  return (
    <div class="pv">
      <div class="row">
        <ChannelTile adapter={preview.adapter} small />
        <span class={good ? 'c sp' : 'c sp ct-bad'}>{big}</span>
        <span class={small === t('count.fits') ? 'ct-ok b' : 't3 nowrap'}>{small}</span>
        {/* The tile is a drawing; the count alone does not say whose it is. */}
        <span class="vh">{preview.name}</span>
      </div>
      <Meter part={part} />
      {trouble === 'waiting' && channel?.limited_until && (
        <p class="ct-warn b">{t('preview.waiting', { channel: preview.name, time: clock(channel.limited_until) })}</p>
      )}
      {trouble === 'resting' && channel?.resting_until && (
        <p class="ct-warn b">{t('channel.down', { channel: preview.name, time: clock(channel.resting_until) })}</p>
      )}
      {trouble === 'no-access' && <p class="ct-bad b">{t('preview.noaccess')}</p>}
      {spoiler && (
        <p class="ct-warn">
          {spoiler.replacement
            ? t('sms.spoiler', { char: spoiler.char, plain: spoiler.replacement })
            : t('sms.spoiler.none', { char: spoiler.char })}
        </p>
      )}
      {!brief && !trouble && !spoiler && <p>{preview.parts[0]}</p>}
    </div>
  )
}
