/** After a stop or a long hold, each waiting update is kept or dropped by a person (N2). */
import { useSignal } from '@preact/signals'
import { t } from '../i18n/index.ts'
import { coarse_ms } from '../tick.ts'
import { ago } from '../when.ts'
import type { DeskUpdate } from '../wire.ts'
import { Dialog } from './dialog.tsx'

export function ResumeDialog({
  waiting,
  lang,
  onClose,
  onResume,
}: {
  waiting: readonly DeskUpdate[]
  lang: string
  onClose: () => void
  onResume: (keep: string[], drop: string[]) => void
}) {
  const chosen = useSignal<ReadonlyMap<string, 'keep' | 'drop'>>(new Map())
  const choose = (id: string, what: 'keep' | 'drop') => (chosen.value = new Map(chosen.value).set(id, what))
  const ids = (what: 'keep' | 'drop') => waiting.filter((update) => chosen.value.get(update.id) === what).map((update) => update.id)
  const all = chosen.value.size === waiting.length
  return (
    <Dialog title={t('resume.choose')} onClose={onClose}>
      <ul class="choose">
        {waiting.map((update) => {
          const text = update.texts[lang] ?? Object.values(update.texts)[0] ?? ''
          const what = chosen.value.get(update.id)
          return (
            <li key={update.id}>
              <span class="sp">
                <span class="clamp2">{text}</span>
                <small class="t3">{t('resume.waited', { time: ago(update.received_at, coarse_ms.value) })}</small>
              </span>
              <div class="seg" role="group" aria-label={text.slice(0, 60)}>
                <button type="button" aria-pressed={what === 'keep'} onClick={() => choose(update.id, 'keep')}>
                  {t('resume.keep')}
                </button>
                <button type="button" aria-pressed={what === 'drop'} onClick={() => choose(update.id, 'drop')}>
                  {t('resume.drop')}
                </button>
              </div>
            </li>
          )
        })}
      </ul>
      <div class="ft">
        <button type="button" class="btn btn-q" onClick={onClose}>
          {t('resume.stay')}
        </button>
        <span class="sp" />
        <button type="button" class="btn btn-p" aria-disabled={all ? undefined : 'true'} onClick={() => all && onResume(ids('keep'), ids('drop'))}>
          {t(all ? 'resume' : 'resume.each')}
        </button>
      </div>
    </Dialog>
  )
}
