/** After a stop or a long hold, each waiting update is kept or dropped by a person (N2). */
import { useSignal } from '@preact/signals'
import type { Choice } from '../commands.ts'
import { t } from '../i18n/index.ts'
import type { Stopping } from '../stopping.ts'
import { clock } from '../when.ts'
import { Dialog } from './dialog.tsx'

export function ResumeDialog({ stopping, lang }: { stopping: Stopping; lang: string }) {
  const chosen = useSignal<Readonly<Record<string, Choice>>>({})
  const choosing = stopping.choosing.value
  if (!choosing) return null
  const { waiting, after } = choosing
  const choose = (id: string, what: Choice) => (chosen.value = { ...chosen.value, [id]: what })
  const close = () => {
    stopping.choosing.value = undefined
    chosen.value = {}
  }
  const all = waiting.every((update) => chosen.value[update.id])
  return (
    <Dialog title={t('resume.choose')} onClose={close}>
      <ul class="choose">
        {waiting.map((update) => {
          const text = update.texts[lang] ?? Object.values(update.texts)[0] ?? ''
          const what = chosen.value[update.id]
          return (
            <li key={update.id}>
              <span class="sp">
                <span class="clamp2">{text}</span>
                <small class="t3">
                  {t(update.state === 'released' ? 'resume.partly' : 'resume.waited', { time: clock(update.received_at) })}
                </small>
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
        <button type="button" class="btn btn-q" onClick={close}>
          {t(after === 'stop' ? 'resume.stay.stop' : 'resume.stay')}
        </button>
        <span class="sp" />
        <button
          type="button"
          class={all ? 'btn btn-p' : 'btn'}
          aria-disabled={all ? undefined : 'true'}
          onClick={() => {
            if (!all) return
            stopping.decided(chosen.value)
            chosen.value = {}
          }}
        >
          {t(!all ? 'resume.each' : after === 'stop' ? 'stopped.restart' : 'resume')}
        </button>
      </div>
    </Dialog>
  )
}
