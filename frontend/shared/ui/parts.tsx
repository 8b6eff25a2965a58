/** The small components of design/components.html that every staff screen uses. */
import type { ComponentChildren } from 'preact'
import type { DeskStore } from '../desk-state.ts'
import { t } from '../i18n/index.ts'
import { Icon } from './icon.tsx'

export type Tone = 'ok' | 'info' | 'warn' | 'bad' | 'act' | 'drillc' | ''

export function Chip({ tone = '', icon, square, children }: { tone?: Tone; icon?: string; square?: boolean; children: ComponentChildren }) {
  return (
    <span class={`chip ${tone}${square ? ' sq' : ''}`}>
      {icon && <Icon name={icon} />}
      {children}
    </span>
  )
}

const NOTICE_ICONS = { bad: 'alert', warn: 'alert', info: 'info', ok: 'check' } as const

/** What happened, then one next action. The live region is around it, never in it, when it has a button. */
export function Notice({
  tone,
  icon,
  title,
  children,
  action,
  id,
}: {
  tone: 'bad' | 'warn' | 'info' | 'ok'
  icon?: string
  title: string
  children?: ComponentChildren
  action?: ComponentChildren
  id?: string
}) {
  return (
    <div class={`notice ${tone}`} id={id}>
      <Icon name={icon ?? NOTICE_ICONS[tone]} />
      <div>
        <h3>{title}</h3>
        {children && <p>{children}</p>}
      </div>
      {action}
    </div>
  )
}

/** How much of a limit is used: `part` 0 to 1 and above. Near from 90 %. */
export function Meter({ part, near = 0.9 }: { part: number; near?: number }) {
  const kind = part > 1 ? ' over' : part >= near ? ' lim' : ''
  return (
    <div class={`meter${kind}`} style={{ '--v': `${Math.min(100, Math.max(0, part * 100)).toFixed(1)}%` }} aria-hidden="true">
      <u />
    </div>
  )
}

/** Delivered solid, failed red, waiting hatched. The words around it say the same. */
export function Stack({ done, failed, waiting, label }: { done: number; failed: number; waiting: number; label: string }) {
  const all = Math.max(1, done + failed + waiting)
  const wide = (n: number) => ({ '--v': `${((n / all) * 100).toFixed(1)}%` })
  return (
    <div class="stack" role="img" aria-label={label}>
      {done > 0 && <u class="d" style={wide(done)} />}
      {failed > 0 && <u class="f" style={wide(failed)} />}
      {waiting > 0 && <u class="q" style={wide(waiting)} />}
    </div>
  )
}

const ROUND = 2 * Math.PI * 44

/** A countdown as a ring plus its number; dashed when nothing runs. */
export function Ring({
  part,
  number,
  size = 96,
  icon,
  label,
  thick,
}: {
  part: number
  number?: number
  size?: number
  icon?: string
  label?: string
  thick?: boolean
}) {
  const width = thick ? 12 : undefined
  return (
    <span class="ring" style={{ '--d': `${size}px` }} {...(label ? { role: 'timer', 'aria-label': label } : {})}>
      <svg viewBox="0 0 100 100" aria-hidden="true">
        <circle cx="50" cy="50" r="44" stroke-width={width} />
        <circle
          cx="50"
          cy="50"
          r="44"
          stroke-width={width}
          stroke-dasharray={ROUND.toFixed(1)}
          stroke-dashoffset={(ROUND * (1 - part)).toFixed(1)}
        />
      </svg>
      {icon ? <Icon name={icon} size={Math.round(size * 0.4)} /> : number !== undefined && <b>{number}</b>}
    </span>
  )
}

const BARS: Record<string, number> = { extreme: 4, severe: 3, moderate: 2, minor: 1 }

export function Severity({ level, words }: { level: string; words: string }) {
  const known = level in BARS ? level : 'unknown'
  return (
    <span class={`sev sev-${known}`}>
      <span class="bars" aria-hidden="true">
        {[1, 2, 3, 4].map((n) => (
          <u key={n} class={n <= (BARS[known] ?? 0) ? 'on' : ''} />
        ))}
      </span>
      {words}
    </span>
  )
}

/** As `Empty`, of what the stream tells: before its first word nobody knows that there is nothing. */
export function EmptyOf({ store, icon, title, children }: { store: Pick<DeskStore, 'isKnown'>; icon: string; title?: string; children: ComponentChildren }) {
  if (!store.isKnown.value) return <Empty icon="clock">{t('known.not')}</Empty>
  return (
    <Empty icon={icon} {...(title ? { title } : {})}>
      {children}
    </Empty>
  )
}

export function Empty({ icon, title, children }: { icon: string; title?: string; children: ComponentChildren }) {
  return (
    <div class="em">
      <Icon name={icon} />
      {title && <b>{title}</b>}
      <p>{children}</p>
    </div>
  )
}
