/** The first thing in every staff document: the mode in words, pattern and colour. */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import type { Mode, ModeOf } from '../mode.ts'
import { Icon } from './icon.tsx'

const ICONS: Record<Mode, string> = {
  standby: 'check',
  event: 'play',
  incident: 'bolt',
  drill: 'drill',
  hold: 'pause',
  stop: 'stop',
}

/** The words of both axes: "DRILL · LIVE EVENT". What is only practised is never called real. */
export function modeWords(mode: ModeOf): string {
  const first = t(`mode.${mode.bar}`)
  if (mode.within === undefined) return first
  if (mode.bar === 'stop') return t('mode.two', { first: t(`mode.${mode.within}`), second: first })
  const second = mode.within === 'incident' ? t('mode.incident.practised') : t(`mode.${mode.within}`)
  return t('mode.two', { first, second })
}

export function ModeBar({ mode, icon, children }: { mode: ModeOf; icon?: ComponentChildren; children?: ComponentChildren }) {
  const bar = useRef<HTMLElement>(null)
  useEffect(() => keepHeight(bar.current!), [])
  return (
    <header
      ref={bar}
      class="mode"
      data-mode={mode.bar === 'standby' ? undefined : mode.bar}
      data-within={mode.within}
    >
      {icon ?? <Icon name={ICONS[mode.bar]} class={mode.bar === 'stop' ? 'on-stop' : ''} />}
      <b class="mode-words">{modeWords(mode)}</b>
      {children}
    </header>
  )
}

/** The bar stays above dialogs, and wraps where it is narrow: they begin below it, wherever that is. */
function keepHeight(bar: HTMLElement): (() => void) | undefined {
  if (typeof ResizeObserver !== 'function') return undefined
  const seen = new ResizeObserver(() => document.documentElement.style.setProperty('--below-bar', `${bar.offsetTop + bar.offsetHeight}px`))
  seen.observe(bar)
  return () => seen.disconnect()
}

/** A drill and a stop change the whole room, the tab's name and its icon included. */
export function dressRoom(mode: ModeOf, title: string): void {
  const root = document.documentElement
  if (mode.room) root.dataset['mode'] = mode.room
  else delete root.dataset['mode']
  document.title = mode.bar === 'standby' ? title : t('title.mode', { mode: modeWords(mode), title })
}
