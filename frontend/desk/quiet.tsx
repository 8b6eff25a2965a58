/** What the silence guard asks of the desk: how long nothing has come out, and a line to begin with. It posts nothing. */
import * as commands from '../shared/commands.ts'
import { t } from '../shared/i18n/index.ts'
import { coarse_ms } from '../shared/tick.ts'
import { Icon } from '../shared/ui/icon.tsx'
import type { DeskUpdate, EventState } from '../shared/wire.ts'
import type { Desk } from './desk.ts'

/** Whole minutes since the last public word, or since it went live; a promise that is late is told where it stands. */
export function quietMinutes(event: EventState, updates: readonly DeskUpdate[], now: number): number | undefined {
  if (event.quiet !== 'prompt' && event.quiet !== 'holding_line') return undefined
  const said = updates.flatMap((update) => (update.state === 'released' && update.released_at ? [Date.parse(update.released_at)] : []))
  const since = said.length ? Math.max(...said) : event.started_at ? Date.parse(event.started_at) : Number.NaN
  const minutes = Math.floor((now - since) / 60_000)
  // The server looks every so often: what has just come out ends the silence here before it hears of its end from there.
  return minutes >= 1 ? minutes : undefined
}

/** The house's line into the composer, in the languages somebody has read where there are any. A person sends it. */
function begin(desk: Desk): void {
  void desk.acting.once('holding line', async () => {
    const { line, needs_a_reader = [] } = await commands.readSilence(desk.config.event_id)
    const read = Object.fromEntries(Object.entries(line).filter(([lang]) => !needs_a_reader.includes(lang)))
    desk.writing.load({ texts: Object.keys(read).length ? read : line, channels: desk.writing.draft.value.channels })
  })
}

export function Quiet({ desk }: { desk: Desk }) {
  const event = desk.store.event.value
  const minutes = event && quietMinutes(event, desk.store.updates.value, coarse_ms.value)
  if (!event || minutes === undefined) return null
  const long = event.quiet === 'holding_line'
  return (
    <div class={`due ${long ? 'late' : 'near'}`}>
      <Icon name="clock" />
      <div role="status">
        <span class="lab">{t('due.quiet', { n: minutes })}</span>
      </div>
      {long && desk.may('update.submit') && (
        <button
          type="button"
          class="btn btn-s btn-sm"
          disabled={desk.writing.draft.value.touched || desk.acting.busy.value.has('holding line')}
          onClick={() => begin(desk)}
        >
          {t('due.line')}
        </button>
      )}
    </div>
  )
}
