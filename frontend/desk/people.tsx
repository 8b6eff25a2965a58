/** People and what they may do. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Acting } from '../shared/acting.ts'
import * as commands from '../shared/commands.ts'
import { t, tCode } from '../shared/i18n/index.ts'
import { Icon } from '../shared/ui/icon.tsx'
import { Chip } from '../shared/ui/parts.tsx'
import { TroubleNotice } from '../shared/ui/trouble.tsx'
import { PanelTitle } from '../shared/ui/panel.tsx'
import { Keys } from './api-keys.tsx'
import { ROLES, RolesPanel } from './roles.tsx'
import { InvitationShown, TwoSaid, type TwoPeople } from './two-people.tsx'

const initials = (name: string) =>
  name
    .split(/\s+/)
    .map((word) => Array.from(word)[0] ?? '')
    .join('')
    .slice(0, 2)
    .toUpperCase()

export function PeoplePage({ acting, two, may, me, event_id }: { acting: Acting; two: TwoPeople; may: boolean; me: string; event_id?: string }) {
  const people = useSignal<Awaited<ReturnType<typeof commands.readPeople>> | undefined>(undefined)
  const adding = useSignal(false)
  /** Whose roles are being looked at, by id. */
  const chosen = useSignal<string | undefined>(undefined)
  const form = useSignal({ name: '', email: '', roles: ['presenter'] as string[] })
  const read = async () => {
    people.value = await commands.readPeople()
  }
  useEffect(() => acting.opened(read), [])
  const trouble = acting.trouble.value
  const set = (part: Partial<typeof form.value>) => (form.value = { ...form.value, ...part })
  const editing = people.value?.find(({ person }) => person.id === chosen.value)
  return (
    <main class={adding.value || editing ? 'pg two' : 'pg'} id="main">
      <div class="ls">
        <div class="row">
          <h1>{t('people')}</h1>
          <span class="sp" />
          {may && (
            <button type="button" class="btn btn-s" onClick={() => {
                chosen.value = undefined
                adding.value = true
              }}>
              <Icon name="plus" />
              {t('people.add')}
            </button>
          )}
        </div>
        <p class="t2">{t('people.sub')}</p>
        <InvitationShown two={two} />
        <TwoSaid two={two} />
        {!adding.value && !editing && <TroubleNotice trouble={trouble} />}
        {people.value && (
          <div class="card scroll">
            <table>
              <thead>
                <tr>
                  <th>{t('people.name')}</th>
                  <th>{t('people.email')}</th>
                  <th>{t('people.roles')}</th>
                  {may && (
                    <th>
                      <span class="vh">{t('roles.edit')}</span>
                    </th>
                  )}
                </tr>
              </thead>
              <tbody>
                {people.value.map(({ person, roles }) => (
                  <tr key={person.id}>
                    <td>
                      <span class="row">
                        <span class="av" aria-hidden="true">
                          {initials(person.name)}
                        </span>
                        <b>{person.name}</b>
                      </span>
                    </td>
                    <td class="t2">{person.email}</td>
                    <td>
                      <span class="row wrap">
                        {roles.map((role) => (
                          <Chip key={role.event_id + role.role}>
                            {role.event_id === '*'
                              ? tCode('role', role.role, role.role)
                              : t('people.role.one', { role: tCode('role', role.role, role.role) })}
                          </Chip>
                        ))}
                        {person.invited && !person.disabled && <Chip icon="clock">{t('people.invited')}</Chip>}
                        {person.disabled && <Chip tone="bad">{t('people.closed')}</Chip>}
                      </span>
                    </td>
                    {may && (
                      <td class="ra">
                        <button
                          type="button"
                          class="btn btn-s btn-sm"
                          aria-label={t('roles.edit.one', { name: person.name })}
                          aria-expanded={chosen.value === person.id}
                          onClick={() => {
                            adding.value = false
                            acting.trouble.value = undefined
                            chosen.value = chosen.value === person.id ? undefined : person.id
                          }}
                        >
                          <Icon name="edit" />
                          {t('roles.edit')}
                        </button>
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        {may && <Keys acting={acting} two={two} />}
      </div>
      {editing && !adding.value && (
        <RolesPanel key={editing.person.id} of={editing} me={me} event_id={event_id} acting={acting} two={two} onChanged={read} onClose={() => (chosen.value = undefined)} />
      )}
      {adding.value && (
        <aside class="pn" aria-labelledby="h-add">
          <form
            onSubmit={(submit) => {
              submit.preventDefault()
              void acting.once('add', async () => {
                const answer = await commands.addPerson(form.value)
                adding.value = false
                form.value = { name: '', email: '', roles: ['presenter'] }
                if ('code' in answer) two.invitation.value = { name: answer.name, code: answer.code, whole: true }
                await two.tells(answer)
                await read()
              })
            }}
          >
            <div class="ph">
              <PanelTitle id="h-add">{t('people.add')}</PanelTitle>
            </div>
            <div class="bd">
              <div class="field">
                <label for="p-name">{t('people.name')}</label>
                <input class="in" id="p-name" required value={form.value.name} onInput={(input) => set({ name: input.currentTarget.value })} />
              </div>
              <div class="field">
                <label for="p-email">{t('people.email')}</label>
                <input class="in" id="p-email" type="email" required value={form.value.email} onInput={(input) => set({ email: input.currentTarget.value })} />
              </div>
              <fieldset class="field">
                <legend class="lb b">{t('people.roles')}</legend>
                {ROLES.map((role) => (
                  <label class="tick" key={role}>
                    <input
                      type="checkbox"
                      checked={form.value.roles.includes(role)}
                      onChange={(change) =>
                        set({ roles: change.currentTarget.checked ? [...form.value.roles, role] : form.value.roles.filter((one) => one !== role) })
                      }
                    />
                    {tCode('role', role, role)}
                  </label>
                ))}
              </fieldset>
              <p class="hint">{t('people.add.hint')}</p>
              <TroubleNotice trouble={trouble} />
            </div>
            <div class="row foot">
              <button type="button" class="btn btn-q" onClick={() => (adding.value = false)}>
                {t('cancel')}
              </button>
              <span class="sp" />
              <button type="submit" class="btn btn-p">
                {t('people.add.do')}
              </button>
            </div>
          </form>
        </aside>
      )}
    </main>
  )
}
