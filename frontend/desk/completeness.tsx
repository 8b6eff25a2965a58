/** Whether a warning says who speaks, what happened, where, what to do and until when. It helps and never stops. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { t, tCode } from '../shared/i18n/index.ts'
import { measureText, type Meter as Measured } from '../shared/templates.ts'
import { Icon } from '../shared/ui/icon.tsx'
import { Meter } from '../shared/ui/parts.tsx'
import type { Desk } from './desk.ts'

const PAUSE_MS = 500
export const OF = 5

/** `missing`: by part of a warning, what to write, in the server's words for parts this page does not know. */
export function Score({ score, missing }: { score: number; missing: readonly (readonly [part: string, words: string])[] }) {
  const whole = missing.length === 0
  return (
    <div class="complete" role="status">
      <div class="row">
        <Icon name={whole ? 'check' : 'gauge'} class={whole ? 'ct-ok' : 't3'} size={16} />
        <b class="nowrap">{t('meter.score', { n: score, of: OF })}</b>
        <span class="sp">
          <Meter part={score / OF} near={2} />
        </span>
      </div>
      <p class="t2">{whole ? t('meter.whole') : missing.map(([part, words]) => tCode('meter', part, words)).join(' ')}</p>
    </div>
  )
}

/** What can be seen in a free text; asked on pauses of typing. */
export function Completeness({ desk }: { desk: Desk }) {
  const { writing } = desk
  const text = (writing.draft.value.texts[writing.lang.value] ?? '').trim()
  const found = useSignal<Measured | undefined>(undefined)
  const wanted = desk.store.event.value?.kind === 'crisis' && text !== ''
  useEffect(() => {
    if (!wanted) {
      found.value = undefined
      return
    }
    const controller = new AbortController()
    const timer = setTimeout(() => {
      measureText(text.slice(0, 4000), controller.signal).then(
        (meter) => (found.value = meter),
        () => undefined, // a help that does not come is no reason to stop
      )
    }, PAUSE_MS)
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [text, wanted])
  if (!wanted || !found.value) return null
  return <Score score={found.value.score} missing={Object.entries(found.value.missing)} />
}
