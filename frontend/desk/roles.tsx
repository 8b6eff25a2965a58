/** One person: which roles they have, everywhere or on this event, their sessions and their account. */
import { useSignal } from '@preact/signals'
import { inviteAgain } from '../shared/access.ts'
import { post, remove } from '../shared/api.ts'
import type { Acting } from '../shared/acting.ts'
import * as commands from '../shared/commands.ts'
import { t, tCode } from '../shared/i18n/index.ts'
import { announce } from '../shared/ui/announce.tsx'
import { TroubleNotice } from '../shared/ui/trouble.tsx'
import { PanelTitle } from '../shared/ui/panel.tsx'
import type { TwoPeople } from './two-people.tsx'

export const ROLES = ['presenter', 'narrator', 'moderator', 'clinician_reviewer', 'approver', 'family_liaison', 'auditor', 'admin'] as const
/** Given by two people, as the server says; taken by one. */
const BY_TWO: ReadonlySet<string> = new Set(['admin', 'approver', 'narrator', 'clinician_reviewer', 'family_liaison'])
const EVERYWHERE = '*'

export interface Somebody {
  person: commands.Person
  roles: commands.RoleOn[]
}

function Boxes({ where, of, acting, onSet }: { where: string; of: Somebody; acting: Acting; onSet: (event_id: string, role: string, held: boolean) => void }) {
  return (
    <>
      {ROLES.map((role) => {
        const held = of.roles.some((on) => on.role === role && on.event_id === where)
        return (
          <label class="tick" key={role}>
            <input
              type="checkbox"
              checked={held}
              disabled={of.person.disabled || acting.busy.value.has(`role ${where} ${role}`)}
              onChange={(change) => {
                // What the server says stands; a box never shows a right that nobody has confirmed.
                change.currentTarget.checked = held
                onSet(where, role, !held)
              }}
            />
            <span>
              {tCode('role', role, role)} {BY_TWO.has(role) && !held && <span class="t3 small">{t('roles.bytwo')}</span>}
            </span>
          </label>
        )
      })}
    </>
  )
}

export function RolesPanel({
  of,
  me,
  event_id,
  acting,
  two,
  onChanged,
  onClose,
}: {
  of: Somebody
  /** The asker's own id: nobody closes their own account by accident. */
  me: string
  event_id: string | undefined
  acting: Acting
  two: TwoPeople
  onChanged: () => Promise<void>
  onClose: () => void
}) {
  const sure = useSignal(false)
  const { person } = of
  const trouble = acting.trouble.value
  const set = (where: string, role: string, held: boolean) =>
    void acting.once(`role ${where} ${role}`, async () => {
      const answer: unknown = await commands.setRole(where, person.id, role, held)
      if (!(await two.tells(answer))) {
        announce(t(held ? 'roles.given' : 'roles.taken', { name: person.name, role: tCode('role', role, role) }))
      }
      await onChanged()
    })
  const act = (name: string, work: () => Promise<unknown>, said: string) =>
    void acting.once(name, async () => {
      sure.value = false
      if (!(await two.tells(await work()))) announce(said)
      await onChanged()
    })
  const path = `people/${person.id}`
  return (
    <aside class="pn" aria-labelledby="h-roles">
      <div class="ph">
        <PanelTitle id="h-roles">{person.name}</PanelTitle>
      </div>
      <div class="bd">
        <p class="t2">{person.email}</p>
        <fieldset class="field">
          <legend class="lb b">{t('roles.everywhere')}</legend>
          <Boxes where={EVERYWHERE} of={of} acting={acting} onSet={set} />
        </fieldset>
        {event_id && (
          <fieldset class="field">
            <legend class="lb b">{t('roles.here')}</legend>
            <Boxes where={event_id} of={of} acting={acting} onSet={set} />
          </fieldset>
        )}
        <TroubleNotice trouble={trouble} />
        <div class="row wrap">
          <button type="button" class="btn btn-s" onClick={() => act('sessions', () => remove<void>(`${path}/sessions`), t('roles.out.said', { name: person.name }))}>
            {t('roles.out')}
          </button>
          {person.invited && !person.disabled && (
            <button type="button" class="btn btn-s" onClick={() => act('invite', () => inviteAgain(person.id), '')}>
              {t('roles.invite')}
            </button>
          )}
          {person.disabled ? (
            <button type="button" class="btn btn-s" onClick={() => act('enable', () => post<unknown>(`${path}/enable`), '')}>
              {t('roles.open')}
            </button>
          ) : person.id === me ? null : sure.value ? (
            <button type="button" class="btn btn-d" onClick={() => act('disable', () => post<void>(`${path}/disable`), t('roles.closed', { name: person.name }))}>
              {t('roles.close.sure')}
            </button>
          ) : (
            <button type="button" class="btn btn-do" onClick={() => (sure.value = true)}>
              {t('roles.close')}
            </button>
          )}
        </div>
        <p class="hint">{t('roles.hint')}</p>
      </div>
      <div class="row foot">
        <span class="sp" />
        <button type="button" class="btn btn-p" onClick={onClose}>
          {t('trouble.close')}
        </button>
      </div>
    </aside>
  )
}
