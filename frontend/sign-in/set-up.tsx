/** The first run: the first admin, and the second person without whom nothing dangerous can be done. */
import { useSignal } from '@preact/signals'
import { ApiError, post } from '../shared/api.ts'
import { t } from '../shared/i18n/index.ts'
import { Notice } from '../shared/ui/parts.tsx'
import { Field, Frame } from './frame.tsx'

const NOBODY = { name: '', email: '', password: '' }

/** The five steps, in their order; the names are `STEPS` of the desk's own page of them. */
const STEPS = ['hospital', 'people', 'channels', 'rules', 'drill'] as const

export function SetUp({ drill }: { drill: boolean }) {
  const code = useSignal('')
  const first = useSignal(NOBODY)
  const second = useSignal(NOBODY)
  const withSecond = useSignal(true)
  const refused = useSignal('')
  const busy = useSignal(false)
  async function make(): Promise<void> {
    busy.value = true
    refused.value = ''
    try {
      await post('setup', { code: code.value.trim(), ...first.value, ...(withSecond.value ? { second: second.value } : {}) })
      location.assign('/desk#setup')
    } catch (error) {
      refused.value = error instanceof ApiError ? error.message : t('trouble.noanswer.start')
      busy.value = false
    }
  }
  const person = (who: 'first' | 'second', held: typeof first) => (
    <fieldset class="card">
      <legend class="vh">{t(`setup.${who}`)}</legend>
      <h2>{t(`setup.${who}`)}</h2>
      <p class="t2">{t(`setup.${who}.sub`)}</p>
      <Field id={`${who}-name`} label={t('people.name')} autocomplete={who === 'first' ? 'name' : 'off'} value={held.value.name} onInput={(name) => (held.value = { ...held.value, name })} />
      <Field id={`${who}-email`} label={t('people.email')} type="email" autocomplete={who === 'first' ? 'username' : 'off'} value={held.value.email} onInput={(email) => (held.value = { ...held.value, email })} />
      <Field id={`${who}-password`} label={t('signin.password')} type="password" autocomplete="new-password" hint={t('password.hint')} value={held.value.password} onInput={(password) => (held.value = { ...held.value, password })} />
    </fieldset>
  )
  return (
    <Frame
      drill={drill}
      side={
        <ol class="st">
          {STEPS.map((step, i) => (
            <li key={step} class={step === 'people' ? 'on' : 'up'} data-n={i + 1} aria-current={step === 'people' ? 'step' : undefined}>
              {t(`setup.${step}`)}
            </li>
          ))}
        </ol>
      }
    >
      <h1>{t('setup.title')}</h1>
      <form
        onSubmit={(submit) => {
          submit.preventDefault()
          if (!busy.value) void make()
        }}
      >
        <div class="card">
          <Field id="code" label={t('setup.code')} hint={t('setup.code.hint')} autocomplete="one-time-code" value={code.value} onInput={(value) => (code.value = value)} />
        </div>
        {person('first', first)}
        <label class="tick">
          <input type="checkbox" checked={withSecond.value} onChange={(change) => (withSecond.value = change.currentTarget.checked)} />
          {t('setup.second.add')}
        </label>
        {withSecond.value ? person('second', second) : <Notice tone="warn" title={t('setup.alone')}>{t('setup.alone.sub')}</Notice>}
        <div role="alert">{refused.value && <Notice tone="bad" title={t('trouble.refused')}>{refused.value}</Notice>}</div>
        <button type="submit" class="btn btn-p btn-lg" aria-disabled={busy.value ? 'true' : undefined}>
          {t('setup.do')}
        </button>
      </form>
    </Frame>
  )
}
