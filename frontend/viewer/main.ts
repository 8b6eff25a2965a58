/** The public page in the browser: the live list, and the few buttons that only make sense with a script. */
import './viewer.css'
import { LiveTimeline } from './live-timeline.ts'

const root = document.documentElement
const THEME = 'tocsin-theme'

function remembered(): string | null {
  try {
    return localStorage.getItem(THEME)
  } catch {
    return null // storage is off: the page follows the system
  }
}

function switchTheme(): void {
  const dark = root.dataset['theme'] === 'dark' || (root.dataset['theme'] === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches)
  root.dataset['theme'] = dark ? 'light' : 'dark'
  try {
    localStorage.setItem(THEME, root.dataset['theme'])
  } catch {
    // Kept for this page only.
  }
}

const theme = remembered()
if (theme === 'light' || theme === 'dark') root.dataset['theme'] = theme
root.dataset['js'] = ''
customElements.define('live-timeline', LiveTimeline)

document.addEventListener('click', (click) => {
  const what = (click.target as Element).closest<HTMLElement>('[data-do]')?.dataset['do']
  if (what === 'theme') switchTheme()
  else if (what === 'print') print()
  else if (what === 'share') {
    click.preventDefault()
    void document.querySelector<LiveTimeline>('live-timeline')?.share()
  }
})

document.addEventListener('keydown', ({ key, target }) => {
  const open = key === 'Escape' && (target as Element).closest<HTMLDetailsElement>('.pick[open]')
  if (!open) return
  open.open = false
  open.querySelector('summary')?.focus()
})

// A link to an update that is not on this page any more: it has a page of its own.
const wanted = /^#i-([\w-]+)$/.exec(location.hash)?.[1]
if (wanted && !document.getElementById(`i-${wanted}`)) location.replace(`${location.pathname}/${wanted}${location.search}`)
