/** Who was not reached and why, in plain words and grouped: what happens next stands beside each. */
import type { Cause } from '../shared/commands.ts'
import { saidOf } from '../shared/delivery.ts'
import { t } from '../shared/i18n/index.ts'
import { reasonsOf } from '../shared/reasons.ts'
import { Chip } from '../shared/ui/parts.tsx'

export function Causes({ causes }: { causes: readonly Cause[] }) {
  if (!causes.length) return null
  const people = causes.reduce((n, cause) => n + cause.people, 0)
  return (
    <section class="card" aria-labelledby="h-causes">
      <div class="ph">
        <h2 id="h-causes">{t('causes', { n: people })}</h2>
      </div>
      <div class="scroll" tabIndex={0} role="group" aria-labelledby="h-causes">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('causes.why')}</th>
              <th scope="col" class="ra">
                {t('causes.people')}
              </th>
              <th scope="col">{t('causes.next')}</th>
            </tr>
          </thead>
          <tbody>
            {causes.map((cause) => {
              const said = saidOf(cause.state)
              const { why, next, lang } = reasonsOf(cause)
              return (
                <tr key={`${cause.state} ${cause.reason} ${cause.code}`}>
                  <td>
                    <b lang={why ? lang : undefined}>{why || t(said.key)}</b>{' '}
                    <Chip tone={said.tone} icon={said.icon}>
                      {t(said.key)}
                    </Chip>{' '}
                    {cause.code && <span class="t3 small">{t('causes.code', { code: cause.code })}</span>}
                  </td>
                  <td class="ra b">{cause.people.toLocaleString()}</td>
                  <td class="t2" lang={next ? lang : undefined}>
                    {next || t('causes.nothing')}
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
    </section>
  )
}
