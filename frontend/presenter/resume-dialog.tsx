/** After a long hold, each waiting update is kept or dropped by a person. */
import { useSignal } from '@preact/signals'
import { t } from '../shared/i18n/index.ts'
import { now_ms } from '../shared/tick.ts'
import { Dialog } from '../shared/ui/dialog.tsx'
import { ago } from '../shared/when.ts'
import type { Tablet } from './tablet.ts'

export function ResumeDialog({ tablet }: { tablet: Tablet }) {
  const dropped = useSignal<ReadonlySet<string>>(new Set())
  const waiting = tablet.choosing.value
  if (!waiting) return null
  const choose = (id: string, drop: boolean) => {
    const next = new Set(dropped.value)
    if (drop) next.add(id)
    else next.delete(id)
    dropped.value = next
  }
  return (
    <Dialog title={t('resume.choose')} onClose={() => (tablet.choosing.value = undefined)}>
      <ul class="choose">
        {waiting.map((update) => {
          const text = update.texts[tablet.writing.lang.value] ?? Object.values(update.texts)[0] ?? ''
          const drop = dropped.value.has(update.id)
          return (
            <li key={update.id}>
              <span class="sp">
                <span class="clamp2">{text}</span>
                <small class="t3">{t('resume.waited', { time: ago(update.received_at, now_ms.value) })}</small>
              </span>
              <div class="seg" role="group" aria-label={text.slice(0, 60)}>
                <button type="button" aria-pressed={!drop} onClick={() => choose(update.id, false)}>
                  {t('resume.keep')}
                </button>
                <button type="button" aria-pressed={drop} onClick={() => choose(update.id, true)}>
                  {t('resume.drop')}
                </button>
              </div>
            </li>
          )
        })}
      </ul>
      <div class="ft">
        <button type="button" class="btn btn-q" onClick={() => (tablet.choosing.value = undefined)}>
          {t('resume.stay')}
        </button>
        <span class="sp" />
        <button
          type="button"
          class="btn btn-p"
          onClick={() => {
            const ids = waiting.map((update) => update.id)
            tablet.resumeWith(
              ids.filter((id) => !dropped.value.has(id)),
              ids.filter((id) => dropped.value.has(id)),
            )
          }}
        >
          {t('resume')}
        </button>
      </div>
    </Dialog>
  )
}
