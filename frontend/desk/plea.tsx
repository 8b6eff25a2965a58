/** What a reply that asks for help says of itself, and what to do next: an answer of ours alone brings nobody. */
import { t } from '../shared/i18n/index.ts'
import { asksForHelp, isOpenPlea } from '../shared/pleas.ts'
import { Chip } from '../shared/ui/parts.tsx'
import type { DeskReply } from '../shared/wire.ts'
import type { Desk } from './desk.ts'

export function nextWords({ drill, emergency }: { drill: boolean; emergency: string }): string {
  if (drill) return t(emergency ? 'plea.next.drill' : 'plea.next.drill.any', { number: emergency })
  return t(emergency ? 'plea.next' : 'plea.next.any', { number: emergency })
}

export function Plea({ desk, reply }: { desk: Desk; reply: DeskReply }) {
  if (!asksForHelp(reply)) return null
  const open = isOpenPlea(reply)
  return (
    <p class="plea">
      <Chip tone={open ? 'bad' : ''} icon="alert">
        {t('plea')}
      </Chip>
      {open && <b>{nextWords(desk.config)}</b>}
    </p>
  )
}
