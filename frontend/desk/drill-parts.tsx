/** The running drill on the screens that are always there: its name in the mode bar, its newest word on the desk, its end. */
import { t } from '../shared/i18n/index.ts'
import { now_ms } from '../shared/tick.ts'
import { Dialog, DialogFoot } from '../shared/ui/dialog.tsx'
import { Icon } from '../shared/ui/icon.tsx'
import { TroubleLine } from '../shared/ui/trouble.tsx'
import { clock, length } from '../shared/when.ts'
import type { Desk } from './desk.ts'
import { inOrder, type Run } from './drills.ts'
import { href } from './route.ts'

const runsFor = (run: Run) => length(Math.max(0, (now_ms.value - Date.parse(run.started_at)) / 1000))

export function RunningInBar({ desk }: { desk: Desk }) {
  const run = desk.drills.running.value
  if (!run) return null
  return (
    <>
      <span class="thin run">
        <span class="trunc">{run.title}</span> <b>{runsFor(run)}</b>
      </span>
      {desk.may('drill.run') && (
        <button type="button" class="btn btn-sm btn-s in-bar" onClick={() => desk.ask('drill')}>
          {t('drill.end')}
        </button>
      )}
    </>
  )
}

/** What the team was told last. Replies, rumours and faults come as they would: from outside. */
export function DrillStrip({ desk }: { desk: Desk }) {
  const run = desk.drills.running.value
  if (!run) return null
  const told = inOrder(run.injects).filter((inject) => inject.kind === 'note')
  const last = told.at(-1)
  return (
    <section class="card strip" aria-labelledby="h-strip">
      <Icon name="drill" />
      <div class="sp">
        <h2 id="h-strip">
          {t('drill.told')} {last && <time class="t3 small" dateTime={last.given_at}>{clock(last.given_at)}</time>}
        </h2>
        <p>{last?.text ?? t('drill.nothing')}</p>
      </div>
      <a class="btn btn-s btn-sm" href={href('drills')}>
        {t('drill.all', { n: run.injects.length })}
      </a>
    </section>
  )
}

export function EndDrillDialog({ desk, onClose }: { desk: Desk; onClose: () => void }) {
  return (
    <Dialog title={t('drill.end.ask')} onClose={onClose}>
      <div class="fields">
        <p>{t('drill.end.sub')}</p>
        <TroubleLine trouble={desk.acting.trouble.value} />
      </div>
      <DialogFoot onClose={onClose}>
        <button type="button" class="btn btn-p" disabled={desk.acting.busy.value.has('drill')} onClick={() => desk.drills.stop()}>
          {t('drill.end.do')}
        </button>
      </DialogFoot>
    </Dialog>
  )
}
