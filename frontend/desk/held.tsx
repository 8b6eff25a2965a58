/** A delivery that waits for a person: why, what each of the two answers does, and the answers. */
import { t } from '../shared/i18n/index.ts'
import { reasonsOf } from '../shared/reasons.ts'
import type { DeskDelivery } from '../shared/wire.ts'
import { hasPeople } from '../shared/delivery.ts'
import { Resolve } from './board.tsx'
import type { Desk } from './desk.ts'

export function Held({ desk, delivery }: { desk: Desk; delivery: DeskDelivery }) {
  if (delivery.state !== 'held') return null
  // A list has no tries of its own: some of its people may have it. Of a thread some posts may be out.
  const kept_back = delivery.reason === 'stopped' && delivery.attempts === 0 && delivery.parts_sent === 0 && !hasPeople(delivery)
  const { why, lang } = reasonsOf(delivery)
  const stopped = desk.store.event.value?.sending === 'stop'
  const channel = desk.store.channelById.value.get(delivery.channel_id)?.name ?? ''
  return (
    <section class="why bad held" aria-labelledby="h-held">
      <div class="sp">
        <h3 id="h-held">{t(kept_back ? 'held.waits' : 'held', { channel })}</h3>
        <p>
          <span lang={lang}>{why}</span> {t('held.sub')}
        </p>
        {!stopped && (
          <dl>
            <dt>{t('resolve.there')}</dt>
            <dd>{t('held.there', { channel })}</dd>
            <dt>{t('resolve.again')}</dt>
            <dd>{t(kept_back ? 'held.again.first' : 'held.again', { channel })}</dd>
          </dl>
        )}
        {stopped && <p>{t('held.stopped')}</p>}
        {!desk.may('delivery.resolve') && <p>{t('held.maynot')}</p>}
      </div>
      <div class="row wrap">
        <Resolve desk={desk} delivery={delivery} />
      </div>
    </section>
  )
}
