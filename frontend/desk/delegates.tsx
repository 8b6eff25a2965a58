/** Who is asked when an approver does not answer: whose turn it is, on every desk, and the order in which people are asked. */
import { effect, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { get } from '../shared/api.ts'
import { t } from '../shared/i18n/index.ts'
import { now_ms } from '../shared/tick.ts'
import { announce } from '../shared/ui/announce.tsx'
import { Dialog } from '../shared/ui/dialog.tsx'
import { Icon } from '../shared/ui/icon.tsx'
import { TroubleLine } from '../shared/ui/trouble.tsx'
import { ago, chosenLength, clock } from '../shared/when.ts'
import type { TurnState } from '../shared/wire.ts'
import type { Approval } from '../shared/second-opinions.ts'
import type { Desk } from './desk.ts'

const EACH_S = [30, 60, 120, 180, 300, 600] as const

interface Named {
  person_id: string
  name: string
}

interface Chain {
  people: Named[]
  each_s: number
  approvers: Named[]
}

/** Whose turn it is about one update that waits. */
export const turnOf = (desk: Desk, update_id: string): TurnState | undefined =>
  desk.store.event.value?.duty?.turns?.find((turn) => turn.update_id === update_id)

/** Tell whoever sits here that it is their turn: once for each update, aloud, and in the title of the page. */
export function followTurns(desk: Desk): () => void {
  const told = new Set<string>()
  return effect(() => {
    const waits = new Set(desk.approvals.waiting.value.map((one) => one.update_id))
    for (const turn of desk.store.event.value?.duty?.turns ?? []) {
      const name = `${turn.update_id} ${turn.since}`
      if (turn.person_id !== desk.session.person.id || told.has(name) || !waits.has(turn.update_id)) continue
      told.add(name)
      announce(t('turn.yours'), 'alert')
    }
  })
}

/** One line under what waits: who is asked and since when, and who comes next. */
export function TurnLine({ desk, of }: { desk: Desk; of: Approval }) {
  const turn = turnOf(desk, of.update_id)
  if (!turn) return null
  const mine = turn.person_id === desk.session.person.id
  const asked = of.asked ?? []
  const at = asked.findIndex((one) => one.person_id === turn.person_id)
  const next = at >= 0 ? asked[at + 1] : undefined
  return (
    <p class={turn.unanswered ? 'ct-bad b small' : mine ? 'ct-warn b small' : 't2 small'}>
      <Icon name={turn.unanswered ? 'phone' : 'clock'} size={14} />{' '}
      {turn.unanswered
        ? t('turn.nobody', { ago: ago(of.waits_since ?? turn.since, now_ms.value) })
        : t(mine ? 'turn.mine' : 'turn.of', { name: turn.name, time: clock(turn.since) })}{' '}
      {!turn.unanswered && next && t('turn.next', { name: next.name, time: clock(next.from_at) })}
    </p>
  )
}

/** The order of those who are asked, and how long each has. */
export function DelegatesDialog({ desk, onClose }: { desk: Desk; onClose: () => void }) {
  const chain = useSignal<Chain | undefined>(undefined)
  useEffect(() => {
    get<Chain>(`events/${desk.config.event_id}/delegates`).then(
      (found) => (chain.value = found),
      () => onClose(),
    )
  }, [])
  const now = chain.value
  const set = (part: Partial<Chain>) => now && (chain.value = { ...now, ...part })
  const move = (from: number, to: number) => {
    if (!now) return
    const people = [...now.people]
    const [one] = people.splice(from, 1)
    if (one) people.splice(to, 0, one)
    set({ people })
  }
  const rest = now?.approvers.filter((one) => !now.people.some((other) => other.person_id === one.person_id)) ?? []
  return (
    <Dialog title={t('turn.chain')} onClose={onClose}>
      <form
        onSubmit={(submit) => {
          submit.preventDefault()
          if (now) desk.change({ policy: { delegates: { people: now.people.map((one) => one.person_id), each_s: now.each_s } } })
        }}
      >
        <div class="fields">
          <p class="t2">{t('turn.chain.sub')}</p>
          {now && (
            <ol class="titles" aria-label={t('turn.chain')}>
              {now.people.map((one, n) => (
                <li key={one.person_id} class="row">
                  <b class="sp">{one.name}</b>
                  <button type="button" class="btn btn-q btn-sm btn-ic" aria-label={t('cue.up', { title: one.name })} disabled={n === 0} onClick={() => move(n, n - 1)}>
                    <Icon name="up" />
                  </button>
                  <button type="button" class="btn btn-q btn-sm btn-ic" aria-label={t('cue.down', { title: one.name })} disabled={n === now.people.length - 1} onClick={() => move(n, n + 1)}>
                    <Icon name="down" />
                  </button>
                  <button
                    type="button"
                    class="btn btn-q btn-sm btn-ic"
                    aria-label={t('turn.out', { name: one.name })}
                    onClick={() => set({ people: now.people.filter((other) => other !== one) })}
                  >
                    <Icon name="x" />
                  </button>
                </li>
              ))}
            </ol>
          )}
          {rest.length > 0 && (
            <div class="row wrap" role="group" aria-label={t('turn.add')}>
              {rest.map((one) => (
                <button type="button" class="btn btn-s btn-sm" key={one.person_id} onClick={() => now && set({ people: [...now.people, one] })}>
                  <Icon name="plus" />
                  {one.name}
                </button>
              ))}
            </div>
          )}
          {now && (
            <label class="field">
              <span class="b">{t('turn.each')}</span>
              <select class="in" value={now.each_s} onChange={(change) => set({ each_s: Number(change.currentTarget.value) })}>
                {[...new Set([...EACH_S, now.each_s])]
                  .sort((a, b) => a - b)
                  .map((s) => (
                    <option key={s} value={s}>
                      {chosenLength(s)}
                    </option>
                  ))}
              </select>
            </label>
          )}
          <TroubleLine trouble={desk.acting.trouble.value} />
        </div>
        <div class="ft">
          <button type="button" class="btn btn-q" onClick={onClose}>
            {t('cancel')}
          </button>
          <span class="sp" />
          <button type="submit" class="btn btn-p" disabled={!now || desk.acting.busy.value.has('change')}>
            {t('cue.save')}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
