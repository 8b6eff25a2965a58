/** The template picker: choose one, fill its blanks, see every length and language, and put it into the composer. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../shared/i18n/index.ts'
import { drafted, fillTemplate, readable, readTemplates, type Filled, type Slot, type Template } from '../shared/templates.ts'
import { Dialog } from '../shared/ui/dialog.tsx'
import { Icon } from '../shared/ui/icon.tsx'
import { Chip, Notice } from '../shared/ui/parts.tsx'
import { announce } from '../shared/ui/announce.tsx'
import type { Texts } from '../shared/wire.ts'
import { Score } from './completeness.tsx'
import type { Desk } from './desk.ts'

const PAUSE_MS = 200

function List({ all, kind, onChoose }: { all: readonly Template[]; kind: string; onChoose: (template: Template) => void }) {
  const [mine, other] = [all.filter((one) => one.kind === kind), all.filter((one) => one.kind !== kind)]
  const rows = (some: readonly Template[]) =>
    some.map((one) => (
      <li key={one.id}>
        <button type="button" class="tpl" onClick={() => onChoose(one)}>
          <b>{one.title}</b>
          {one.when && <span class="t2">{one.when}</span>}
          <span class="t3 small">{Object.keys(one.langs).join(' · ').toUpperCase()}</span>
        </button>
      </li>
    ))
  return (
    <>
      <ul class="tpls">{rows(mine)}</ul>
      {other.length > 0 && (
        <details class="tpls-more">
          <summary>{t('template.others', { n: other.length })}</summary>
          <ul class="tpls">{rows(other)}</ul>
        </details>
      )}
    </>
  )
}

/** Every template has these beside its own blanks: the long form goes on with them. */
const BLOCK = ['know', 'unknown', 'doing'] as const

function Blank({ slot, value, onChange }: { slot: Slot; value: string; onChange: (value: string) => void }) {
  return (
    <label class="field">
      <span class="b">
        {slot.label} {!slot.required && <span class="t3">{t('template.optional')}</span>}
      </span>
      {slot.choices.length ? (
        <select class="in" value={value} onChange={(change) => onChange(change.currentTarget.value)}>
          <option value="">–</option>
          {slot.choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : (
        <input class="in" value={value} placeholder={slot.example} onInput={(input) => onChange(input.currentTarget.value)} />
      )}
    </label>
  )
}

function Lengths({ filled, lang }: { filled: Filled; lang: string }) {
  const over = new Map(filled.too_long.filter(([of]) => of === lang).map(([, form, n]) => [form, n]))
  const forms = Object.entries(filled.texts[lang] ?? {}).sort(([a], [b]) => (Number(b) || 1e9) - (Number(a) || 1e9))
  return (
    <>
      {forms.map(([form, text]) => (
        <div key={form}>
          <h4 class="row">
            <span class="sp">{form === 'page' ? t('template.long') : t('template.short', { n: Number(form) })}</span>
            {over.has(form) ? (
              <Chip tone="bad">{t('count.over', { n: over.get(form) ?? 0 })}</Chip>
            ) : (
              <span class="t3 small">{form === 'page' ? '' : `${Array.from(text).length}/${form}`}</span>
            )}
          </h4>
          <p lang={lang} class="form">
            {text}
          </p>
        </div>
      ))}
      <details>
        <summary>{t('template.paired')}</summary>
        <h4>{t('correct.label')}</h4>
        <p lang={lang} class="form">
          {filled.correction[lang]}
        </p>
        {filled.all_clear[lang] && (
          <>
            <h4>{t('clear.label')}</h4>
            <p lang={lang} class="form">
              {filled.all_clear[lang]}
            </p>
          </>
        )}
      </details>
    </>
  )
}

function Filling({ desk, template, onBack, onDone }: { desk: Desk; template: Template; onBack: () => void; onDone: () => void }) {
  const values = useSignal<Texts>({})
  const filled = useSignal<Filled | undefined>(undefined)
  const failed = useSignal(false)
  const event = desk.store.event.value
  const langs = Object.keys(template.langs).filter((lang) => event?.langs.includes(lang))
  const lang = useSignal(langs[0] ?? 'en')
  useEffect(() => {
    const controller = new AbortController()
    const timer = setTimeout(
      () => {
        fillTemplate(template.id, values.value, controller.signal).then(
          (answer) => {
            filled.value = answer
            failed.value = false
          },
          () => (failed.value = !controller.signal.aborted),
        )
      },
      filled.peek() ? PAUSE_MS : 0,
    )
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [template.id, values.value])
  const made = filled.value
  const adapters = [...new Set((desk.detail.value?.channels ?? []).map((channel) => channel.adapter))]
  const speaks = made !== undefined && event !== undefined && readable(template, made, event.langs).includes(event.default_lang)
  const blanks = made?.missing.map((name) => template.slots.find((slot) => slot.name === name)?.label ?? name) ?? []
  const ready = made !== undefined && speaks && blanks.length === 0
  const use = (what: 'alert' | 'all_clear') => {
    if (!made || !event || !ready) return
    desk.writing.load({ channels: desk.writing.draft.value.channels, ...drafted(template, values.value, made, event.langs, adapters, what) })
    announce(t('template.used', { title: template.title }))
    onDone()
  }
  return (
    <>
      <div class="filling">
        <form class="fields" onSubmit={(submit) => submit.preventDefault()}>
          {template.when && <p class="t2">{template.when}</p>}
          {template.slots.map((slot) => (
            <Blank key={slot.name} slot={slot} value={values.value[slot.name] ?? ''} onChange={(value) => (values.value = { ...values.value, [slot.name]: value })} />
          ))}
          <fieldset class="field">
            <legend class="lb b">{t('template.block')}</legend>
            {BLOCK.map((name) => (
              <Blank
                key={name}
                slot={{ name, label: t(name === 'doing' ? 'template.doing' : `pin.${name}`), about: '', required: false, example: '', choices: [] }}
                value={values.value[name] ?? ''}
                onChange={(value) => (values.value = { ...values.value, [name]: value })}
              />
            ))}
          </fieldset>
          {made && template.kind === 'crisis' && <Score score={made.score} missing={made.not_said.map((part) => [part, part] as const)} />}
        </form>
        <div class="lengths" role="group" aria-label={t('preview')}>
          <div class="seg" role="group" aria-label={t('compose.lang')}>
            {langs.map((one) => (
              <button type="button" key={one} aria-pressed={lang.value === one} onClick={() => (lang.value = one)}>
                {one.toUpperCase()}
              </button>
            ))}
          </div>
          {made?.needs_a_reader.includes(lang.value) && <Notice tone="warn" icon="lang" title={t('template.reader')} />}
          {made && <Lengths filled={made} lang={lang.value} />}
          {failed.value && (
            <div role="alert">
              <Notice tone="bad" title={t('trouble.noanswer')} />
            </div>
          )}
        </div>
      </div>
      <div class="ft wrap">
        <button type="button" class="btn btn-q" onClick={onBack}>
          {t('template.back')}
        </button>
        <span class="sp small t2" id="why-not">
          {blanks.length ? t('template.blanks', { which: blanks.join(', ') }) : made && !speaks ? t('template.nolang', { lang: event?.default_lang.toUpperCase() ?? '' }) : ''}
        </span>
        {made && Object.values(made.all_clear).some(Boolean) && (
          <button type="button" class="btn btn-s" aria-disabled={ready ? undefined : 'true'} aria-describedby="why-not" onClick={() => use('all_clear')}>
            {t('template.use.clear')}
          </button>
        )}
        <button type="button" class="btn btn-p" aria-disabled={ready ? undefined : 'true'} aria-describedby="why-not" onClick={() => use('alert')}>
          {t('template.use')}
        </button>
      </div>
    </>
  )
}

export function TemplatesDialog({ desk, onClose }: { desk: Desk; onClose: () => void }) {
  const all = useSignal<Template[] | undefined>(undefined)
  const failed = useSignal(false)
  const chosen = useSignal<Template | undefined>(undefined)
  const kind = desk.store.event.value?.kind ?? 'crisis'
  useEffect(() => {
    readTemplates().then(
      (found) => {
        all.value = found
        chosen.value = found.find((one) => one.id === desk.template.peek())
      },
      () => (failed.value = true),
    )
  }, [])
  const used = useRef(false)
  const done = () => {
    used.current = true
    onClose()
  }
  return (
    <Dialog
      title={chosen.value ? chosen.value.title : t('template.title')}
      onClose={onClose}
      returnTo={() => (used.current ? document.querySelector<HTMLTextAreaElement>('#compose textarea') : null)}
      wide
    >
      {chosen.value ? (
        <Filling key={chosen.value.id} desk={desk} template={chosen.value} onBack={() => (chosen.value = undefined)} onDone={done} />
      ) : (
        <>
          {all.value && <List all={all.value} kind={kind} onChoose={(template) => (chosen.value = template)} />}
          {failed.value && (
            <div class="fields" role="alert">
              <Notice tone="bad" title={t('trouble.noanswer')} />
            </div>
          )}
          <div class="ft">
            <span class="sp small t3">
              <Icon name="info" size={14} /> {t('template.hint')}
            </span>
            <button type="button" class="btn btn-s" onClick={onClose}>
              {t('trouble.close')}
            </button>
          </div>
        </>
      )}
    </Dialog>
  )
}
