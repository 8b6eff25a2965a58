/**
 * What went wrong with the last press, where the press was. `Acting` reads it aloud once, in the region that was there
 * before it: these have no role of their own, or it would be heard twice.
 */
import type { Trouble } from '../acting.ts'
import { Notice } from './parts.tsx'

/** What to press when the server only asked: nothing for a plain refusal. */
function Again({ trouble }: { trouble: Trouble }) {
  return trouble.again && trouble.label ? (
    <button type="button" class="btn btn-s btn-sm" onClick={trouble.again}>
      {trouble.label}
    </button>
  ) : null
}

export function TroubleNotice({ trouble }: { trouble: Trouble | undefined }) {
  return trouble ? (
    <Notice tone={trouble.asks ? 'warn' : 'bad'} title={trouble.title} action={trouble.label ? <Again trouble={trouble} /> : undefined}>
      <span lang={trouble.lang}>{trouble.words}</span>
    </Notice>
  ) : null
}

/** In a dialog, whose title says what was being done. */
export function TroubleLine({ trouble }: { trouble: Trouble | undefined }) {
  return trouble ? (
    <p class={trouble.asks ? 'ct-warn b' : 'ct-bad b'}>
      <span lang={trouble.lang}>{trouble.words}</span> <Again trouble={trouble} />
    </p>
  ) : null
}
