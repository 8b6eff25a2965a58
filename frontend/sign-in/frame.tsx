/** The page before anybody is signed in: what this is on one side, a form on the other. */
import type { ComponentChildren } from 'preact'
import { t } from '../shared/i18n/index.ts'
import { modeOf } from '../shared/mode.ts'
import { Mark } from '../shared/ui/icon.tsx'
import { ModeBar } from '../shared/ui/mode-bar.tsx'

export function Frame({ drill, side, children }: { drill: boolean; side?: ComponentChildren; children: ComponentChildren }) {
  return (
    <>
      <ModeBar mode={modeOf(undefined, drill)}>
        <span class="thin">{t(drill ? 'mode.drill.sub' : 'mode.standby.sub')}</span>
      </ModeBar>
      <div class="two">
        <aside class="sd">
          <div class="brand">
            <Mark /> Tocsin
          </div>
          <p class="say">{t('setup.say')}</p>
          {side}
        </aside>
        <main class="mn">{children}</main>
      </div>
    </>
  )
}

export function Field({
  id,
  label,
  value,
  onInput,
  type = 'text',
  hint,
  autocomplete,
  required = true,
  numeric,
}: {
  id: string
  label: string
  value: string
  onInput: (value: string) => void
  type?: 'text' | 'email' | 'password'
  hint?: string
  autocomplete?: string
  required?: boolean
  numeric?: boolean
}) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        class="in"
        id={id}
        {...(type === 'password' ? { type } : type === 'email' ? { type } : { type })}
        value={value}
        required={required}
        {...(numeric ? { inputMode: 'numeric' as const, pattern: '[0-9]*' } : {})}
        autocomplete={autocomplete ?? 'off'}
        autocapitalize="none"
        spellcheck={false}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onInput={(input) => onInput(input.currentTarget.value)}
      />
      {hint && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
    </div>
  )
}

/** Where to go after signing in: a place of ours, never another site. */
export function nextPlace(search: string, fallback = '/desk'): string {
  const next = new URLSearchParams(search).get('next') ?? ''
  return /^\/(?![/\\])/.test(next) ? next : fallback
}
