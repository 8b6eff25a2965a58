/** What a reply that asks for help says of itself, and what to do next: an answer of ours alone brings nobody. */
import { t } from '../shared/i18n/index.ts'
import { asksForHelp, isOpenPlea } from '../shared/pleas.ts'
import { Chip, Notice } from '../shared/ui/parts.tsx'
import type { DeskReply } from '../shared/wire.ts'
import type { Desk } from './desk.ts'
import { route } from './route.ts'

export function nextWords({ drill, emergency }: { drill: boolean; emergency: string }): string {
  if (drill) return t(emergency ? 'plea.next.drill' : 'plea.next.drill.any', { number: emergency })
  return t(emergency ? 'plea.next' : 'plea.next.any', { number: emergency })
}

/** Among many the next step is said once, where somebody begins, and where somebody is. */
export function Plea({ desk, reply }: { desk: Desk; reply: DeskReply }) {
  if (!asksForHelp(reply)) return null
  const open = isOpenPlea(reply)
  const said = open && (desk.counts.pleas.value[0]?.id === reply.id || desk.replyAt.value === reply.id)
  return (
    <p class="plea">
      <Chip tone={open ? 'bad' : ''} icon="alert">
        {t('plea')}
      </Chip>
      {said && <b>{nextWords(desk.config)}</b>}
    </p>
  )
}

/** Where the list of replies is not before somebody's eyes: on another page of the desk, or below all else on a narrow one. */
export function PleaBanner({ desk }: { desk: Desk }) {
  const n = desk.counts.pleas.value.length
  if (!n || !desk.may('reply.moderate')) return null
  return (
    <div class={route.value.page === 'desk' ? 'banner narrow' : 'banner'}>
      <Notice
        tone="bad"
        title={t('plea.came', { n })}
        action={
          <button type="button" class="btn btn-s btn-sm" onClick={() => desk.readPlea()}>
            {t('plea.read')}
          </button>
        }
      >
        {nextWords(desk.config)}
      </Notice>
    </div>
  )
}
