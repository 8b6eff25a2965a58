/** The drill's Play: runs the cue sheet and a public that answers at a chosen rate. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Acting } from '../shared/acting.ts'
import * as commands from '../shared/commands.ts'
import { t } from '../shared/i18n/index.ts'
import { Icon } from '../shared/ui/icon.tsx'
import { Chip } from '../shared/ui/parts.tsx'

const RATES = [0, 20, 120, 600] as const
const LOOK_MS = 5_000

export function RehearsalCard({ acting, slug }: { acting: Acting; slug: string }) {
  const state = useSignal<commands.Rehearsal | undefined>(undefined)
  const rate = useSignal<number>(20)
  useEffect(() => {
    const look = () => void commands.readRehearsal().then((found) => (state.value = found), () => undefined)
    look()
    const timer = setInterval(look, LOOK_MS)
    return () => clearInterval(timer)
  }, [])
  const found = state.value
  const scenario = found && Object.entries(found.events).find(([, place]) => place === slug)?.[0]
  if (!found || !scenario) return null
  const mine = found.playing && found.scenario === scenario
  return (
    <section class="card rehearse" aria-labelledby="h-play">
      <Icon name="drill" />
      <h2 id="h-play">{t('play.title')}</h2>
      {mine && (
        <Chip tone="drillc" icon="play">
          {t('play.step', { step: found.step, steps: found.steps })}
        </Chip>
      )}
      <span class="sp" />
      {!mine && (
        <label class="row small">
          {t('play.rate')}
          <select class="in" value={String(rate.value)} onChange={(change) => (rate.value = Number(change.currentTarget.value))}>
            {RATES.map((n) => (
              <option key={n} value={String(n)}>
                {t('play.rate.n', { n })}
              </option>
            ))}
          </select>
        </label>
      )}
      {found.simulators_url && (
        <a class="btn btn-s btn-sm" href={found.simulators_url} target="_blank" rel="noopener">
          <Icon name="phone" />
          {t('play.simulators')}
        </a>
      )}
      {mine ? (
        <button type="button" class="btn btn-w btn-sm" onClick={() => void acting.once('play', async () => void (state.value = await commands.stopPlaying()))}>
          <Icon name="pause" />
          {t('play.stop')}
        </button>
      ) : (
        <button
          type="button"
          class="btn btn-p btn-sm"
          disabled={found.playing}
          onClick={() => void acting.once('play', async () => void (state.value = await commands.play(scenario, rate.value)))}
        >
          <Icon name="play" />
          {t('play')}
        </button>
      )}
    </section>
  )
}
