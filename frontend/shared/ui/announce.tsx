/** The two live regions of a screen, present and empty from the start; text only. */
import { signal } from '@preact/signals'

const polite = signal('')
const urgent = signal('')

export function announce(text: string, how: 'status' | 'alert' = 'status'): void {
  const region = how === 'alert' ? urgent : polite
  // The same words twice must be heard twice.
  region.value = region.value === text ? `${text}\u00a0` : text
}

export function LiveRegions() {
  return (
    <>
      <div class="vh" role="status">
        {polite}
      </div>
      <div class="vh" role="alert">
        {urgent}
      </div>
    </>
  )
}
