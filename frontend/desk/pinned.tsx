/** The three boxes that the public page keeps on top: what we know, what we don't, what to do. */
import { useSignal } from '@preact/signals'
import { t, type Key } from '../shared/i18n/index.ts'
import { Icon } from '../shared/ui/icon.tsx'
import { Dialog, DialogFoot } from '../shared/ui/dialog.tsx'
import { TroubleLine } from '../shared/ui/trouble.tsx'
import { clock } from '../shared/when.ts'
import type { EventState } from '../shared/wire.ts'
import type { Desk } from './desk.ts'

const BOXES = [
  ['know', 'pin.know', ''],
  ['unknown', 'pin.unknown', 'u'],
  ['do', 'pin.do', 'do'],
] as const satisfies readonly (readonly [string, Key, string])[]

function linesOf(event: EventState, box: string): string[] {
  const lines = event.pinned[box]
  return Array.isArray(lines) ? lines.filter((line): line is string => typeof line === 'string') : []
}

interface Change {
  at: string
  by: string
  was: string[]
  now: string[]
  source: string
}

const sourceOf = (event: EventState): string => (typeof event.pinned['source'] === 'string' ? event.pinned['source'] : '')

function changesOf(event: EventState): Change[] {
  const history = event.pinned['history']
  return Array.isArray(history) ? (history as Change[]) : []
}

/** Every change of what is known, the newest first: for the desk alone. */
function History({ changes }: { changes: readonly Change[] }) {
  if (!changes.length) return null
  return (
    <details class="pb">
      <summary>{t('pinned.history', { n: changes.length })}</summary>
      <ol class="titles">
        {[...changes].reverse().map((one, n) => (
          <li key={n}>
            <time dateTime={one.at}>{clock(one.at)}</time> {one.by}{' '}
            {one.was.map((line) => (
              <del key={line}>{line}</del>
            ))}{' '}
            {one.now.map((line) => (
              <ins key={line}>{line}</ins>
            ))}{' '}
            {one.source && <span class="t3">{t('view.source', { source: one.source })}</span>}
          </li>
        ))}
      </ol>
    </details>
  )
}

export function Pinned({ desk }: { desk: Desk }) {
  const event = desk.store.event.value
  if (!event) return null
  return (
    <section class="card" aria-labelledby="h-k">
      <div class="ph">
        <Icon name="pin" class="t3" />
        <h2 id="h-k">{t('pinned')}</h2>
        <span class="sp" />
        {desk.may('event.edit') && (
          <button type="button" class="btn btn-q btn-sm" onClick={() => desk.ask('pinned')}>
            <Icon name="edit" />
            {t('pinned.edit')} <span class="kbd">P</span>
          </button>
        )}
      </div>
      <div class="kdd">
        {BOXES.map(([box, title, look]) => {
          const lines = linesOf(event, box)
          return (
            <div key={box} class={look}>
              <h3>{t(title)}</h3>
              {lines.length ? (
                <ul>
                  {lines.map((line) => (
                    <li key={line}>{line}</li>
                  ))}
                </ul>
              ) : (
                <p class="t3">{t('pinned.empty')}</p>
              )}
            </div>
          )
        })}
      </div>
      {sourceOf(event) && <p class="t3 pb">{t('view.source', { source: sourceOf(event) })}</p>}
      <History changes={changesOf(event)} />
    </section>
  )
}

export function PinnedDialog({ desk }: { desk: Desk }) {
  const event = desk.store.event.value
  const texts = useSignal<Record<string, string>>(
    Object.fromEntries(BOXES.map(([box]) => [box, event ? linesOf(event, box).join('\n') : ''])),
  )
  const source = useSignal(event ? sourceOf(event) : '')
  const close = () => (desk.asking.value = undefined)
  const trouble = desk.acting.trouble.value
  return (
    <Dialog title={t('pinned')} onClose={close}>
      <form
        onSubmit={(submit) => {
          submit.preventDefault()
          const pinned = Object.fromEntries(
            BOXES.map(([box]) => [box, (texts.value[box] ?? '').split('\n').map((line) => line.trim()).filter(Boolean)]),
          )
          desk.change({ pinned: { ...pinned, source: source.value.trim() } })
        }}
      >
        <div class="fields">
          <p class="t2">{t('pinned.hint')}</p>
          {BOXES.map(([box, title]) => (
            <div class="field" key={box}>
              <label for={`pin-${box}`}>{t(title)}</label>
              <textarea
                class="ta"
                id={`pin-${box}`}
                value={texts.value[box]}
                onInput={(input) => (texts.value = { ...texts.value, [box]: input.currentTarget.value })}
              />
            </div>
          ))}
          <div class="field">
            <label for="pin-source">{t('pinned.source')}</label>
            <input
              class="in"
              id="pin-source"
              maxLength={120}
              required={Boolean(texts.value['know']?.trim())}
              aria-describedby="pin-source-hint"
              value={source.value}
              onInput={(input) => (source.value = input.currentTarget.value)}
            />
            <span class="hint" id="pin-source-hint">
              {t('pinned.source.hint')}
            </span>
          </div>
          <TroubleLine trouble={trouble} />
        </div>
        <DialogFoot onClose={close}>
          <button type="submit" class="btn btn-p">
            {t('pinned.save')}
          </button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}
