/**
 * What went wrong with the last press, where the press was. `Acting` reads it aloud once, in the region that was there
 * before it: these have no role of their own, or it would be heard twice.
 */
import type { Trouble } from '../acting.ts'
import { Notice } from './parts.tsx'

export function TroubleNotice({ trouble }: { trouble: Trouble | undefined }) {
  return trouble ? (
    <Notice tone="bad" title={trouble.title}>
      {trouble.words}
    </Notice>
  ) : null
}

/** In a dialog, whose title says what was being done. */
export function TroubleLine({ trouble }: { trouble: Trouble | undefined }) {
  return trouble ? <p class="ct-bad b">{trouble.words}</p> : null
}
