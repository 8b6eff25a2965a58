/** Writing a step: its words in every language, its blanks and its place in time; and what somebody else made of it meanwhile. */
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { t } from '../shared/i18n/index.ts'
import { Icon } from '../shared/ui/icon.tsx'
import { Notice } from '../shared/ui/parts.tsx'
import { PanelTitle } from '../shared/ui/panel.tsx'
import { blanksIn, voids, wordsOf, type Cue, type CueSheet, type Words } from './cue-sheet.ts'
import type { Desk } from './desk.ts'

const EMPTY: Words = { title: '', texts: {}, key_moment: false, minutes: null, branch: '', label: {} }

export function CueForm({ desk, sheet, cue, onClose }: { desk: Desk; sheet: CueSheet; cue: Cue | undefined; onClose: () => void }) {
  // What was there when writing began: what others do later is shown beside it and never put over it.
  const opened = useRef(cue)
  const version = useSignal(cue?.version ?? 0)
  const words = useSignal<Words>(cue ? wordsOf(cue) : EMPTY)
  const removing = useSignal(false)
  const event = desk.store.event.value
  const langs = event?.langs ?? []
  const main = event?.default_lang ?? 'en'
  const now = sheet.cues.value?.find((one) => one.id === opened.current?.id)
  const theirs = now && now.version !== version.value ? now : undefined
  const gone = opened.current && sheet.cues.value && !now
  const set = (part: Partial<Words>) => (words.value = { ...words.value, ...part })
  const blanks = blanksIn(words.value.texts[main] ?? '')
  const busy = desk.acting.busy.value.has('cue')
  const signed = now?.signers ?? []
  const save = () =>
    opened.current ? sheet.change(opened.current, version.value, words.value, onClose) : sheet.add(words.value, onClose)
  return (
    <aside class="pn" aria-labelledby="h-cue-form">
      <form
        onSubmit={(submit) => {
          submit.preventDefault()
          save()
        }}
      >
        <div class="ph">
          <PanelTitle id="h-cue-form">{opened.current ? t('cue.edit.title', { n: now?.n ?? opened.current.n }) : t('cue.add')}</PanelTitle>
          <span class="sp" />
          <button type="button" class="btn btn-q btn-sm btn-ic" aria-label={t('trouble.close')} onClick={onClose}>
            <Icon name="x" />
          </button>
        </div>
        <div class="bd">
          {gone && <Notice tone="warn" title={t('cue.gone')}>{t('cue.gone.sub')}</Notice>}
          {theirs && (
            <Notice
              tone="warn"
              title={t('cue.theirs')}
              action={
                <span class="row wrap">
                  <button
                    type="button"
                    class="btn btn-s btn-sm"
                    onClick={() => {
                      words.value = wordsOf(theirs)
                      version.value = theirs.version
                    }}
                  >
                    {t('cue.theirs.take')}
                  </button>
                  <button type="button" class="btn btn-s btn-sm" onClick={() => (version.value = theirs.version)}>
                    {t('cue.theirs.mine')}
                  </button>
                </span>
              }
            >
              {theirs.title}: <q lang={main}>{theirs.texts[main]}</q>
            </Notice>
          )}
          <div class="field">
            <label for="cue-title">{t('cue.title')}</label>
            <input class="in" id="cue-title" required maxLength={80} value={words.value.title} onInput={(input) => set({ title: input.currentTarget.value })} />
          </div>
          {langs.map((lang) => (
            <div class="field" key={lang}>
              <label for={`cue-${lang}`}>{t('cue.text', { lang: lang.toUpperCase() })}</label>
              <textarea
                class="ta"
                id={`cue-${lang}`}
                lang={lang}
                required={lang === main}
                aria-describedby="cue-blanks"
                value={words.value.texts[lang] ?? ''}
                onInput={(input) => {
                  const texts = { ...words.value.texts, [lang]: input.currentTarget.value }
                  if (!texts[lang]) delete texts[lang]
                  set({ texts })
                }}
              />
            </div>
          ))}
          <p class="hint" id="cue-blanks">
            {t('cue.blanks')} {blanks.length > 0 && <b>{t('cue.blanks.n', { names: blanks.join(', '), n: blanks.length })}</b>}
          </p>
          <label class="tick">
            <input type="checkbox" checked={words.value.key_moment} onChange={(change) => set({ key_moment: change.currentTarget.checked })} />
            {t('view.key')}
          </label>
          <div class="field">
            <label for="cue-minutes">{t('cue.minutes')}</label>
            <input
              class="in"
              id="cue-minutes"
              type="number"
              min={0}
              max={1440}
              step="any"
              value={words.value.minutes ?? ''}
              onInput={(input) => set({ minutes: input.currentTarget.value === '' ? null : Number(input.currentTarget.value) })}
            />
          </div>
          <div class="field">
            <label for="cue-branch">{t('cue.branch')}</label>
            <input
              class="in"
              id="cue-branch"
              list="cue-branches"
              pattern="[a-z][a-z0-9\-]{0,29}"
              aria-describedby="cue-branch-hint"
              value={words.value.branch}
              onInput={(input) => set({ branch: input.currentTarget.value })}
            />
            <datalist id="cue-branches">
              {sheet.branches.value.map(({ name }) => name && <option key={name} value={name} />)}
            </datalist>
            <span class="hint" id="cue-branch-hint">
              {t('cue.branch.hint')}
            </span>
          </div>
          {words.value.branch === '' && (
            <fieldset class="field" aria-describedby="cue-label-hint">
              <legend class="lb">{t('cue.label')}</legend>
              {langs.map((lang) => (
                <div class="field" key={lang}>
                  <label for={`cue-label-${lang}`}>{t('cue.label.in', { lang: lang.toUpperCase() })}</label>
                  <input
                    class="in"
                    id={`cue-label-${lang}`}
                    lang={lang}
                    maxLength={60}
                    value={words.value.label[lang] ?? ''}
                    onInput={(input) => {
                      const label = { ...words.value.label, [lang]: input.currentTarget.value }
                      if (!label[lang]) delete label[lang]
                      set({ label })
                    }}
                  />
                </div>
              ))}
              <span class="hint" id="cue-label-hint">
                {t('cue.label.hint')}
              </span>
            </fieldset>
          )}
          {now && signed.length > 0 && voids(now, words.value) && (
            <Notice tone="warn" icon="lock" title={t('cue.voids', { names: signed.map((one) => one.name).join(', '), n: signed.length })}>
              {t('cue.voids.sub')}
            </Notice>
          )}
        </div>
        <div class="row wrap foot">
          {opened.current && !gone && (
            <button
              type="button"
              class={removing.value ? 'btn btn-d' : 'btn btn-do'}
              disabled={busy}
              onClick={() => (removing.value && now ? sheet.remove(now, onClose) : (removing.value = true))}
            >
              <Icon name="trash" />
              {t(removing.value ? 'cue.remove.sure' : 'cue.remove')}
            </button>
          )}
          <span class="sp" />
          <button type="submit" class="btn btn-p" disabled={busy || theirs !== undefined || gone === true}>
            <Icon name="check" />
            {t(opened.current ? 'cue.save' : 'cue.add.do')}
          </button>
        </div>
      </form>
    </aside>
  )
}
