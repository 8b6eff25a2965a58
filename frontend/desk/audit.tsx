/** The record of one event: the newest entries to read, and the whole of it to take away, as a program or a person reads it. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { get } from '../shared/api.ts'
import { t, tCode } from '../shared/i18n/index.ts'
import { Icon } from '../shared/ui/icon.tsx'
import { Chip } from '../shared/ui/parts.tsx'
import { TroubleNotice } from '../shared/ui/trouble.tsx'
import { clockSeconds, day } from '../shared/when.ts'
import type { Desk } from './desk.ts'

const SHOWN = 100

interface Entry {
  seq: number
  at: string
  actor: string
  name: string
  action: string
  subject: string
  detail: Record<string, unknown>
}

interface Extract {
  head: { seq: number; hash: string }
  entries: Entry[]
}

/** Details are codes and numbers, never words that were sent; they are shown as they stand. */
function detailOf(entry: Entry): string {
  return Object.entries(entry.detail)
    .map(([name, value]) => `${name}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(', ')
}

export function AuditPage({ desk }: { desk: Desk }) {
  const found = useSignal<Extract | undefined>(undefined)
  const path = `events/${desk.config.event_id}/audit`
  // Looking is an entry of its own, so it is asked for and never done by opening the page.
  const look = () => void desk.acting.once('audit', async () => void (found.value = await get<Extract>(path)))
  useEffect(() => () => (found.value = undefined), [])
  const entries = found.value?.entries.slice(-SHOWN).reverse()
  const trouble = desk.acting.trouble.value
  return (
    <main class="pg" id="main">
      <div class="ls" role="region" aria-label={t('audit')} tabIndex={0}>
        <div class="row wrap">
          <h1>{t('audit')}</h1>
          <span class="sp" />
          <a class="btn btn-s" href={`/api/v1/${path}?format=csv`} download>
            <Icon name="download" />
            {t('audit.csv')}
          </a>
          <a class="btn btn-s" href={`/api/v1/${path}?format=json`} download>
            <Icon name="download" />
            {t('audit.json')}
          </a>
        </div>
        <p class="t2">{t('audit.sub')}</p>
        <TroubleNotice trouble={trouble} />
        {!found.value && (
          <div class="row">
            <button type="button" class="btn btn-p" disabled={desk.acting.busy.value.has('audit')} onClick={look}>
              <Icon name="list" />
              {t('audit.look')}
            </button>
          </div>
        )}
        {found.value && entries && (
          <>
            <p class="small t3">
              <Chip icon="lock">{t('audit.sealed')}</Chip> {t('audit.head', { n: found.value.head.seq })}{' '}
              <code class="mono">{found.value.head.hash.slice(0, 16)}…</code>
            </p>
            <div class="card scroll" tabIndex={0} role="group" aria-label={t('audit.newest', { n: entries.length })}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{t('audit.at')}</th>
                    <th scope="col">{t('audit.who')}</th>
                    <th scope="col">{t('audit.what')}</th>
                    <th scope="col">{t('audit.detail')}</th>
                  </tr>
                </thead>
                <tbody>
                  {entries.map((entry) => (
                    <tr key={entry.seq}>
                      <td class="nowrap">
                        <time dateTime={entry.at} title={day(entry.at)}>
                          {clockSeconds(entry.at)}
                        </time>
                      </td>
                      <td>{entry.name || entry.actor}</td>
                      <td>{tCode('audit.act', entry.action, entry.action.replaceAll(/[._]/g, ' '))}</td>
                      <td class="t2 small wraps">{detailOf(entry)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </>
        )}
      </div>
    </main>
  )
}
