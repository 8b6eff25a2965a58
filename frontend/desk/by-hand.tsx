/** A channel that is down and a text that cannot wait: the words to post by hand, and saying that it was done. */
import { useSignal } from '@preact/signals'
import { readDelivery } from '../shared/commands.ts'
import { t } from '../shared/i18n/index.ts'
import { announce } from '../shared/ui/announce.tsx'
import { Icon } from '../shared/ui/icon.tsx'
import type { DeskDelivery } from '../shared/wire.ts'
import type { Desk } from './desk.ts'

export function ByHand({ desk, delivery }: { desk: Desk; delivery: DeskDelivery }) {
  const copied = useSignal(false)
  // A list is not texted by hand.
  if (delivery.state !== 'queued' || Object.keys(delivery.counts).length > 0 || !desk.may('delivery.resolve')) return null
  const copy = () =>
    void desk.acting.once(`copy ${delivery.id}`, async () => {
      const found = await readDelivery(delivery.id)
      await navigator.clipboard.writeText(found.parts.filter((part) => part.state === 'queued').map((part) => part.text).join('\n\n'))
      copied.value = true
      announce(t('byhand.copied'))
    })
  return (
    <>
      <button type="button" class="btn btn-s btn-xs" onClick={copy}>
        <Icon name="edit" />
        {t('byhand.copy')}
      </button>
      {copied.value && (
        <button type="button" class="btn btn-do btn-xs" disabled={desk.acting.busy.value.has(`resolve ${delivery.id}`)} onClick={() => desk.resolve(delivery, 'by_hand')}>
          <Icon name="check" />
          {t('byhand.done')}
        </button>
      )}
    </>
  )
}
