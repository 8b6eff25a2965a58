/** Beside a time to write: whose clock it is on, where that is not this machine's. */
import { now_ms } from '../tick.ts'
import { instantOf, isElsewhere, zoneName } from '../zone.ts'

export function InZone({ at }: { at: string }) {
  const when = at ? instantOf(at).getTime() : now_ms.value
  return isElsewhere(when) ? <span class="t3">({zoneName(when)})</span> : null
}
