/** Changing the page without moving what is being read. */

/** The first entry that can be seen, whose place must not change. */
function anchorOf(list: Element): Element | undefined {
  for (const child of list.children) if (child.getBoundingClientRect().bottom > 0) return child
  return undefined
}

/**
 * Change the list; what was first in view stays where it is to the pixel.
 *
 * The browser's own scroll anchoring is switched off for the page (viewer.css): not every engine has it, and two
 * corrections would add up. At the very top there is nothing above to hold on to, so nothing is moved.
 */
export function keepPlace(list: Element, change: () => void): void {
  const anchor = anchorOf(list)
  const before = anchor?.getBoundingClientRect().top ?? 0
  change()
  if (!anchor?.isConnected || scrollY <= 0) return
  const moved = anchor.getBoundingClientRect().top - before
  if (moved) scrollBy({ top: moved, behavior: 'instant' })
}

export const wantsCalm = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches

/** Change the page and let everything that moved glide from where it was, so that nothing jumps. */
export function glide(movers: Iterable<Element>, change: () => Element[]): void {
  const before = [...movers].map((one) => [one, one.getBoundingClientRect().top] as const)
  const seen = before.filter(([, top]) => top < innerHeight)
  const fresh = change()
  const timing = { duration: 360, easing: 'cubic-bezier(.2,.7,.2,1)' }
  for (const [one, top] of seen) {
    const moved = top - one.getBoundingClientRect().top
    if (moved) one.animate([{ transform: `translateY(${moved}px)` }, { transform: 'none' }], timing)
  }
  for (const one of fresh) one.animate([{ opacity: 0 }, { opacity: 1 }], timing)
}
