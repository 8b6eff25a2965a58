/** The line that is kept for a complication: read, written anew, and signed by a clinician and a second person. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { patch, post } from '../shared/api.ts'
import * as commands from '../shared/commands.ts'
import { t } from '../shared/i18n/index.ts'
import { Icon } from '../shared/ui/icon.tsx'
import { Chip } from '../shared/ui/parts.tsx'
import type { Desk } from './desk.ts'

export function KeptLine({ desk }: { desk: Desk }) {
  const id = desk.config.event_id
  const lines = useSignal<commands.Step[] | undefined>(undefined)
  const texts = useSignal<Record<string, Record<string, string>>>({})
  const langs = desk.detail.value?.event.langs ?? []
  const read = async () => {
    lines.value = (await commands.readSteps(`${id}`, true)).filter((step) => step.branch === 'complication')
    texts.value = {}
  }
  useEffect(() => void desk.acting.once('line', read), [])
  const edit = (line: string, lang: string, text: string) => (texts.value = { ...texts.value, [line]: { ...texts.value[line], [lang]: text } })
  const does = (act: () => Promise<unknown>) =>
    void desk.acting.once('line', async () => {
      await act()
      await read()
    })
  if (!lines.value) return null
  const shown = lines.value.length ? lines.value : [undefined]
  return (
    <section class="card pb" aria-labelledby="h-line">
      <h2 id="h-line">{t('line')}</h2>
      <p class="t2">{t('line.sub')}</p>
      {shown.map((line) => {
        const own = texts.value[line?.id ?? '']
        return (
          <div key={line?.id ?? 'new'} class="fields">
            {langs.map((lang) => (
              <label class="field" key={lang}>
                <span class="b">{lang.toUpperCase()}</span>
                <textarea
                  class="ta"
                  lang={lang}
                  disabled={!desk.may('cue.edit')}
                  value={own?.[lang] ?? line?.texts[lang] ?? ''}
                  onInput={(input) => edit(line?.id ?? '', lang, input.currentTarget.value)}
                />
              </label>
            ))}
            <div class="row wrap">
              <Chip tone={line?.signed ? 'ok' : 'warn'} icon={line?.signed ? 'check' : 'lock'}>
                {t(line?.signed ? 'line.signed' : 'line.unsigned', { n: line?.signatures ?? 0 })}
              </Chip>
              <span class="sp" />
              {own && (
                <button
                  type="button"
                  class="btn btn-s"
                  onClick={() =>
                    does(() =>
                      line
                        ? patch(`events/${id}/steps/${line.id}`, { version: line.version, texts: { ...line.texts, ...own } })
                        : post(`events/${id}/steps`, { title: t('line'), texts: own, branch: 'complication' }),
                    )
                  }
                >
                  {t('line.save')}
                </button>
              )}
              {line && !own && !line.signed && desk.may('cue.sign') && (
                <button
                  type="button"
                  class="btn btn-p"
                  disabled={desk.acting.busy.value.has('line')}
                  onClick={() => does(() => post(`events/${id}/steps/${line.id}/sign`, { version: line.version }))}
                >
                  <Icon name="check" />
                  {t('line.sign')}
                </button>
              )}
            </div>
          </div>
        )
      })}
    </section>
  )
}
