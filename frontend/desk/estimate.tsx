/** What confirming would do: people reached, cost, when the last one is out, and what would have to wait. */
import type { Preview } from '../shared/draft.ts'
import { estimateOf, money, type Estimate } from '../shared/estimate.ts'
import { language, t } from '../shared/i18n/index.ts'
import { coarse_ms } from '../shared/tick.ts'
import { clock, length } from '../shared/when.ts'

function cost(found: Estimate): { big: string; small: string } {
  const parts = found.parts ? t('est.parts', { n: found.parts }) : ''
  if (found.drill) return { big: '0', small: t('est.simulators') }
  const sums = found.sums.map((sum) => money(sum.amount, sum.currency, language())).join(' + ')
  if (!sums) return { big: t(found.unpriced.length ? 'est.unpriced' : 'est.free'), small: parts }
  const missing = found.unpriced.length ? t('est.unpriced.some', { channels: found.unpriced.join(', ') }) : ''
  return { big: sums, small: [parts, missing].filter(Boolean).join(' ') }
}

export function EstimateLine({ preview }: { preview: Preview }) {
  const found = estimateOf(preview)
  if (found.done_s === undefined) return null
  const { big, small } = cost(found)
  const at = (s: number) => clock(coarse_ms.value + s * 1000)
  return (
    <>
      <dl class="est">
        {found.people !== undefined && (
          <div>
            <dt>{t('est.reach')}</dt>
            <dd>{found.people.toLocaleString(language())}</dd>
          </div>
        )}
        <div>
          <dt>{t('est.cost')}</dt>
          <dd>
            {big} {small && <small>{small}</small>}
          </dd>
        </div>
        <div>
          <dt>{found.units_per_s === undefined ? t('est.done') : t('est.eta', { rate: found.units_per_s })}</dt>
          <dd>
            {found.done_s === null ? (
              t('est.never')
            ) : (
              <>
                {length(found.done_s)} <small>{t('est.until', { time: at(found.done_s) })}</small>
              </>
            )}
          </dd>
        </div>
      </dl>
      {found.waits.length > 0 && (
        <ul class="est-waits" role="status">
          {found.waits.map((one) => (
            <li key={one.channel}>
              {one.ahead > 0 && <span>{t('est.ahead', { n: one.ahead })} </span>}
              {one.waiting > 0 && one.until_s !== null && (
                <span class="ct-warn b">{t('est.wait', { n: one.waiting, all: one.all, channel: one.channel, time: at(one.until_s) })} </span>
              )}
              {one.too_late > 0 && <span class="ct-bad b">{t('est.late', { n: one.too_late, all: one.all, channel: one.channel })}</span>}
              {one.in_digest > 0 && <span class="ct-warn b">{t('est.digest', { channel: one.channel })}</span>}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
