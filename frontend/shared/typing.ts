/** When a key was last pressed: what can wait is not drawn between two letters, and nothing loops meanwhile. */
const BURST_MS = 1_000

let pressedAt = Number.NEGATIVE_INFINITY
let timer: ReturnType<typeof setTimeout> | undefined

/** The live mark rests while somebody types: without a graphics card each of its frames is drawn by the processor. */
function rest(): void {
  const left = pressedAt + BURST_MS - performance.now()
  timer = left > 0 ? setTimeout(rest, left) : undefined
  if (left > 0) document.documentElement.dataset['typing'] = ''
  else delete document.documentElement.dataset['typing']
}

if (typeof addEventListener === 'function')
  addEventListener(
    'keydown',
    () => {
      pressedAt = performance.now()
      if (timer === undefined) rest()
    },
    { capture: true, passive: true },
  )

export const msSinceKey = (): number => performance.now() - pressedAt
