/**
 * The desk's keyboard. Single letters are silent while somebody types and can be switched off (WCAG 2.1.4);
 * Escape three times asks to stop from anywhere.
 */
import { signal } from '@preact/signals'
import { t, type Key } from '../shared/i18n/index.ts'
import { Dialog } from '../shared/ui/dialog.tsx'
import type { Desk } from './desk.ts'
import { href } from './route.ts'

const PLACE = 'tocsin.keys'
const TRIPLE_MS = 1_200

export const lettersOn = signal(readLetters())

function readLetters(): boolean {
  try {
    return localStorage.getItem(PLACE) !== 'off'
  } catch {
    return true
  }
}

export function setLetters(on: boolean): void {
  lettersOn.value = on
  try {
    localStorage.setItem(PLACE, on ? 'on' : 'off')
  } catch {
    /* It holds until the page closes. */
  }
}

export const KEYS: readonly (readonly [keys: string, what: Key])[] = [
  ['C', 'keys.compose'],
  ['T', 'keys.template'],
  ['[ ]', 'keys.lang'],
  ['Ctrl ↵', 'keys.send'],
  ['U', 'keys.undo'],
  ['D', 'keys.delivery'],
  ['P', 'keys.pinned'],
  ['R', 'keys.replies'],
  ['J K', 'keys.move'],
  ['O', 'keys.context'],
  ['S', 'keys.show'],
  ['H', 'keys.hide'],
  ['Esc ×3', 'keys.stop'],
  ['?', 'keys.list'],
]

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

/**
 * Whoever reads one text may not send or show another that is hidden behind it. Asked of the page, too: an approval, a
 * correction and every other dialog that is opened by a state of its own is one.
 */
const isAnsweringADialog = (desk: Desk): boolean =>
  desk.asking.value !== undefined || desk.stopping.choosing.value !== undefined || document.querySelector('[aria-modal="true"]') !== null

function focusOn(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.focus()
}

export function listenToKeys(desk: Desk): void {
  let escapes: number[] = []
  function onEscape(): void {
    const now = performance.now()
    escapes = [...escapes.filter((at) => now - at < TRIPLE_MS), now]
    if (escapes.length >= 3) {
      escapes = []
      const event = desk.store.event.value
      if (event?.state === 'live' && event.sending !== 'stop' && desk.may('sending.stop')) desk.ask('stop')
    }
  }
  // In the capture phase: a dialog that closes on Escape must not swallow the second and third.
  addEventListener('keydown', (event) => event.key === 'Escape' && !event.repeat && onEscape(), true)
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing) return
    if (isAnsweringADialog(desk)) return
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      desk.send()
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    if (!lettersOn.value) return
    if (act(desk, event.key)) event.preventDefault()
  })
}

/** True when the key meant something. */
function act(desk: Desk, key: string): boolean {
  switch (key.length === 1 ? key.toLowerCase() : key) {
    case 'c':
      location.hash = href('desk')
      requestAnimationFrame(() => focusOn('#compose textarea'))
      return true
    case 't':
      if (desk.may('update.submit')) {
        location.hash = href('desk')
        desk.pickTemplate()
      }
      return true
    case '[':
    case ']': {
      const langs = desk.store.event.value?.langs ?? []
      const at = langs.indexOf(desk.writing.lang.value) + (key === ']' ? 1 : -1)
      desk.writing.lang.value = langs[(at + langs.length) % langs.length] ?? 'en'
      return true
    }
    case 'u': {
      const soonest = desk.store.counting.value[0]
      if (soonest) desk.undo(soonest)
      return true
    }
    case 'd':
      location.hash = href('delivery')
      return true
    case 'p':
      if (desk.may('event.edit')) desk.ask('pinned')
      return true
    case 'r':
      location.hash = href('desk')
      if (!desk.replyAt.value) desk.moveReply(1)
      requestAnimationFrame(() => focusOn('.tri[aria-current]'))
      return true
    case 'j':
    case 'k':
      desk.moveReply(key.toLowerCase() === 'j' ? 1 : -1)
      requestAnimationFrame(() => focusOn('.tri[aria-current]'))
      return true
    case 'o':
      if (desk.replyAt.value) desk.ask('reply')
      return true
    case 's':
    case 'h':
      desk.decide(
        desk.replies.value.find((reply) => reply.id === desk.replyAt.value),
        key.toLowerCase() === 's' ? 'show' : 'hide',
      )
      return true
    case '?':
      desk.ask('keys')
      return true
    default:
      return false
  }
}

export function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t('keys.title')} onClose={onClose}>
      <dl class="keylist">
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((one) => (
                <kbd class="kbd" key={one}>
                  {one}
                </kbd>
              ))}
            </dt>
            <dd>{t(what)}</dd>
          </div>
        ))}
      </dl>
      <div class="ft">
        <button type="button" class="sw" role="switch" aria-checked={lettersOn.value} aria-label={t('keys.letters')} onClick={() => setLetters(!lettersOn.value)} />
        <span class="sp">{t('keys.letters')}</span>
        <button type="button" class="btn btn-s" onClick={onClose}>
          {t('trouble.close')}
        </button>
      </div>
    </Dialog>
  )
}
