/** The policy to read, and the one button that says so. */
import { language, t } from '../i18n/index.ts'
import type { Acting } from '../acting.ts'
import type { Reading } from '../policy.ts'
import { day } from '../when.ts'
import { Dialog } from './dialog.tsx'
import { TroubleLine } from './trouble.tsx'

export function PolicyDialog({ reading, acting }: { reading: Reading; acting: Acting }) {
  const policy = reading.shown.value
  if (!policy) return null
  const lang = policy.texts[language()] ? language() : (Object.keys(policy.texts)[0] ?? 'en')
  const trouble = acting.trouble.value
  return (
    <Dialog title={t('policy.title')} onClose={() => reading.later()}>
      <div class="fields">
        <div class="policy" lang={lang} tabIndex={0} role="region" aria-label={t('policy.text')}>
          {policy.texts[lang]}
        </div>
        <p class="t3 small">{t('policy.version', { n: policy.version, day: day(policy.published_at) })}</p>
        <TroubleLine trouble={trouble} />
      </div>
      <div class="ft">
        <button type="button" class="btn btn-q" onClick={() => reading.later()}>
          {t('policy.later')}
        </button>
        <span class="sp" />
        <button type="button" class="btn btn-p" disabled={acting.busy.value.has('policy')} onClick={() => reading.done()}>
          {t('policy.read')}
        </button>
      </div>
    </Dialog>
  )
}
