/** Keys for programs: made for some actions, shown once, revoked with one press. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Acting } from '../shared/acting.ts'
import * as commands from '../shared/commands.ts'
import { t } from '../shared/i18n/index.ts'
import { Icon } from '../shared/ui/icon.tsx'
import { Chip, Notice } from '../shared/ui/parts.tsx'
import { day } from '../shared/when.ts'
import type { TwoPeople } from './two-people.tsx'

const SCOPES = ['event.read', 'update.submit', 'update.undo', 'sending.stop', 'channel.read', 'channel.manage', 'audience.manage', 'audit.read'] as const

export function Keys({ acting, two }: { acting: Acting; two: TwoPeople }) {
  const keys = useSignal<commands.ApiKey[] | undefined>(undefined)
  const made = useSignal<{ name: string; key: string | null } | undefined>(undefined)
  const adding = useSignal(false)
  const name = useSignal('')
  const scopes = useSignal<string[]>(['event.read'])
  const read = async () => {
    keys.value = await commands.readKeys()
  }
  useEffect(() => void read().catch(() => undefined), [])
  const make = () =>
    void acting.once('key', async () => {
      const answer = await commands.makeKey({ name: name.value, scopes: scopes.value, event_id: '*', days: 90 })
      // The key is in this answer and nowhere else, whether it opens anything yet or waits for a second person.
      made.value = { name: name.value, key: answer.key }
      await two.tells(answer)
      adding.value = false
      name.value = ''
      await read()
    })
  if (!keys.value) return null
  return (
    <section class="keys" aria-labelledby="h-keys">
      <div class="row">
        <h2 id="h-keys">{t('apikeys')}</h2>
        <span class="sp" />
        {!adding.value && (
          <button type="button" class="btn btn-s btn-sm" onClick={() => (adding.value = true)}>
            <Icon name="plus" />
            {t('apikeys.make')}
          </button>
        )}
      </div>
      <p class="t2">{t('apikeys.sub')}</p>
      <div role="status">
        {made.value?.key && (
          <Notice
            tone="ok"
            icon="lock"
            title={t('apikeys.made', { name: made.value.name })}
            action={
              <button type="button" class="btn btn-s btn-sm" onClick={() => (made.value = undefined)}>
                {t('trouble.close')}
              </button>
            }
          >
            <code class="mono">{made.value.key}</code>
          </Notice>
        )}
      </div>
      {adding.value && (
        <form
          class="card pb"
          onSubmit={(submit) => {
            submit.preventDefault()
            make()
          }}
        >
          <div class="field">
            <label for="k-name">{t('apikeys.name')}</label>
            <input class="in" id="k-name" required value={name.value} onInput={(input) => (name.value = input.currentTarget.value)} />
          </div>
          <fieldset class="field">
            <legend class="lb b">{t('apikeys.scopes')}</legend>
            <span class="row wrap">
              {SCOPES.map((scope) => (
                <label class="tick mono" key={scope}>
                  <input
                    type="checkbox"
                    checked={scopes.value.includes(scope)}
                    onChange={(change) =>
                      (scopes.value = change.currentTarget.checked ? [...scopes.value, scope] : scopes.value.filter((one) => one !== scope))
                    }
                  />
                  {scope}
                </label>
              ))}
            </span>
          </fieldset>
          <div class="row">
            <button type="button" class="btn btn-q" onClick={() => (adding.value = false)}>
              {t('cancel')}
            </button>
            <span class="sp" />
            <button type="submit" class="btn btn-p" disabled={!scopes.value.length}>
              {t('apikeys.make')}
            </button>
          </div>
        </form>
      )}
      {keys.value.length > 0 && (
        <div class="card scroll">
          <table>
            <thead>
              <tr>
                <th>{t('apikeys.name')}</th>
                <th>{t('apikeys.scopes')}</th>
                <th>{t('apikeys.until')}</th>
                <th>
                  <span class="vh">{t('apikeys.revoke')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {keys.value.map((key) => (
                <tr key={key.id}>
                  <td>
                    <b>{key.name}</b> <span class="t3 mono">{key.prefix}…</span>
                  </td>
                  <td>
                    <span class="row wrap">
                      {key.scopes.map((scope) => (
                        <Chip key={scope}>{scope}</Chip>
                      ))}
                    </span>
                  </td>
                  <td class="t2">{key.revoked_at ? t('apikeys.revoked') : key.expires_at ? day(key.expires_at) : t('apikeys.forever')}</td>
                  <td class="ra">
                    {!key.revoked_at && (
                      <button
                        type="button"
                        class="btn btn-do btn-xs"
                        aria-label={t('apikeys.revoke.one', { name: key.name })}
                        onClick={() => void acting.once('revoke', async () => void (await commands.revokeKey(key.id), await read()))}
                      >
                        {t('apikeys.revoke')}
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}
