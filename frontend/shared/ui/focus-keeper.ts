/**
 * Focus is never lost: when what had it goes away, is switched off while its press is answered, or is moved in a list,
 * it comes back to it, or to the nearest place that is still there. Whoever works without a mouse would start over at
 * the top of the page otherwise.
 */
const PLACES = 'li, section, aside, form, main, [role="region"], [role="group"], [role="dialog"]'
const REACHABLE = 'a[href], button, input, select, textarea, summary, label, [tabindex]'
/** A button is switched off while its press is answered; after so long it stays off. */
const PATIENCE_MS = 2_000

const isOff = (one: HTMLElement): boolean => one.matches(':disabled')
const isShown = (one: HTMLElement): boolean => one.getClientRects().length > 0

export function keepFocus(doc: Document = document): void {
  let last: HTMLElement | undefined
  let way: HTMLElement[] = []
  let off_since: number | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  function give(to: HTMLElement | null | undefined): void {
    if (!to) return
    if (!to.matches(REACHABLE)) to.tabIndex = -1
    to.focus({ preventScroll: true })
  }

  function look(): void {
    clearTimeout(timer)
    const at = doc.activeElement
    if (!last || (at && at !== doc.body)) return
    if (last.isConnected && isShown(last)) {
      if (!isOff(last)) {
        off_since = undefined
        return give(last)
      }
      off_since ??= performance.now()
      if (performance.now() - off_since < PATIENCE_MS) {
        timer = setTimeout(look, 100)
        return
      }
    }
    off_since = undefined
    give(way.find((one) => one.isConnected && isShown(one) && one.matches(PLACES)) ?? doc.querySelector<HTMLElement>('main'))
  }

  doc.addEventListener('focusin', (event) => {
    if (!(event.target instanceof HTMLElement)) return
    last = event.target
    off_since = undefined
    way = []
    for (let one = last.parentElement; one; one = one.parentElement) way.push(one)
  })
  // A click beside everything is a wish to be nowhere.
  doc.addEventListener('pointerdown', (event) => {
    if (event.target instanceof Element && !event.target.closest(REACHABLE)) last = undefined
  }, true)
  doc.addEventListener('focusout', () => setTimeout(look))
  new MutationObserver(look).observe(doc.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['disabled'] })
}
