/** Colours of a staff screen: as its person chose, where "auto" is what the device says, now and when it changes. */
import type { Theme } from './access.ts'

let wished: Theme = 'light'

/** Drill and stop dress the room on top of it, so a screen is always plainly light or plainly dark. */
function dress(): void {
  const dark = wished === 'dark' || (wished === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light'
}

export function wearTheme(theme: Theme): void {
  wished = theme
  dress()
}

/** What the server wrote into the page, from here on kept true. */
export function followTheme(): void {
  const written = document.documentElement.dataset['theme']
  wearTheme(written === 'dark' || written === 'auto' ? written : 'light')
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', dress)
}
