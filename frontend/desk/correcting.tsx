/** Putting right what is out: old beside new, what happens on each channel, what stays, one confirmation. */
import { signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { ApiError } from '../shared/api.ts'
import { NoAnswer } from '../shared/api.ts'
import { reachByChannel } from '../shared/delivery.ts'
import { t, tCode, tSentences } from '../shared/i18n/index.ts'
import { KeyBook, newKey } from '../shared/key-book.ts'
import * as opinions from '../shared/second-opinions.ts'
import { announce } from '../shared/ui/announce.tsx'
import { Dialog } from '../shared/ui/dialog.tsx'
import { Icon } from '../shared/ui/icon.tsx'
import { Chip, Notice } from '../shared/ui/parts.tsx'
import { clock, length } from '../shared/when.ts'
import type { DeskUpdate } from '../shared/wire.ts'
import { ClearEffects } from './all-clear.tsx'
import { agreedTo } from './confirming.ts'
import type { Desk } from './desk.ts'

const PAUSE_MS = 300

export class Correcting {
  readonly of = signal<DeskUpdate | undefined>(undefined)
  private readonly desk: Desk
  private readonly book: KeyBook<{ update_id: string; body: opinions.CorrectionBody }>

  constructor(desk: Desk) {
    this.desk = desk
    this.book = new KeyBook(localStorage, `tocsin.unanswered.correct.${desk.config.event_id}`, newKey)
  }

  open(update: DeskUpdate): void {
    this.desk.acting.trouble.value = undefined
    this.of.value = update
  }

  /** Under a key that was written down first, so that a second press after a lost answer corrects once (G2). */
  send(update_id: string, body: opinions.CorrectionBody, asks: () => void): void {
    void this.desk.acting.once(
      'correct',
      async () => {
        const kept = this.book.open({ update_id, body }, '')
        try {
          const accepted = await opinions.correct(update_id, body, kept.key)
          this.book.close(kept.key)
          this.of.value = undefined
          announce(t(accepted.state === 'awaiting_approval' ? 'approve.said' : 'correct.said'))
        } catch (error) {
          if (!(error instanceof NoAnswer)) this.book.close(kept.key)
          throw error
        }
      },
      {
        again: () => this.send(update_id, body, asks),
        refused: (error) => {
          if (error.code === 'guard_asks') asks()
          return this.desk.writing.reading.takes(error, () => this.send(update_id, body, asks))
        },
      },
    )
  }
}

const money = (cost: number | null) => (cost ? t('correct.cost', { cost: cost.toFixed(2) }) : '')

const inWords = (sentence: string) => tSentences(['mend'], sentence)

function Line({ line, onWay }: { line: opinions.CorrectionLine; onWay: (way: string) => void }) {
  const done = inWords(line.words)
  const stays = inWords(line.stays)
  return (
    <li>
      <Icon name={line.way === 'nothing' ? 'lock' : 'check'} class={line.way === 'nothing' ? 'ct-warn' : 'ct-ok'} />
      <span>
        <b>{line.name}:</b> <span lang={done.lang}>{done.words}</span>
        {line.stays && (
          <span class="ct-warn" lang={stays.lang}>
            {' '}
            {stays.words}
          </span>
        )}
        {!line.fits && <span class="ct-bad b"> {t('correct.long')}</span>}
      </span>
      {line.ways.length > 1 ? (
        <select class="in" aria-label={t('correct.way', { channel: line.name })} value={line.way} onChange={(change) => onWay(change.currentTarget.value)}>
          {line.ways.map((way) => (
            <option key={way} value={way}>
              {tCode('correct.way', way, way)}
            </option>
          ))}
        </select>
      ) : (
        <span />
      )}
    </li>
  )
}

function CorrectionOf({ desk, update }: { desk: Desk; update: DeskUpdate }) {
  const page = desk.correcting
  const event = desk.store.event.value
  const kind = useSignal<opinions.CorrectionKind>('correction')
  // Words of a correction are no words of a retraction: each kind keeps its own.
  const typed = useSignal<Partial<Record<opinions.CorrectionKind, Record<string, string>>>>({})
  const texts = typed.value[kind.value] ?? {}
  const ways = useSignal<Record<string, string>>({})
  const plan = useSignal<opinions.CorrectionPlan | undefined>(undefined)
  const refused = useSignal('')
  const asked = useSignal(false)
  const confirmed = useSignal(false)
  const at = clock(update.released_at ?? update.received_at)
  const langs = Object.keys(update.texts).length ? Object.keys(update.texts) : [event?.default_lang ?? 'en']
  const written = Object.fromEntries(Object.entries(texts).filter(([, text]) => text.trim() !== ''))
  const body: opinions.CorrectionBody = { kind: kind.value, texts: written, ways: ways.value, confirmed: confirmed.value }
  const asks = JSON.stringify([kind.value, written, ways.value])
  // A correction is its new words: before there are any, there is nothing to ask about.
  const empty = kind.value === 'correction' && Object.keys(written).length === 0
  useEffect(() => {
    plan.value = undefined
    if (empty) {
      refused.value = t('send.empty')
      return undefined
    }
    refused.value = ''
    const controller = new AbortController()
    const timer = setTimeout(() => {
      opinions
        .planCorrection(update.id, body, controller.signal)
        .then((found) => {
          plan.value = found
          refused.value = ''
        })
        .catch((error: unknown) => {
          if (controller.signal.aborted) return
          refused.value = error instanceof ApiError ? error.message : t('trouble.noanswer.start')
        })
    }, PAUSE_MS)
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [asks])
  const found = plan.value
  const shares = found?.lines.filter((line) => line.way !== 'nothing') ?? []
  const agreed = found && agreedTo(found.confirmation, { kind: found.kind, event_kind: event?.kind ?? '', place: event?.place ?? '', shares, drill: desk.config.drill })
  const trouble = desk.acting.trouble.value
  const ready = found !== undefined && found.lines.every((line) => line.fits) && (!asked.value || confirmed.value) && !desk.acting.busy.value.has('correct')
  const kinds = event?.kind === 'crisis' ? (['correction', 'retraction', 'all_clear'] as const) : (['correction', 'retraction'] as const)
  const label = kind.value === 'correction' ? t('correct.label') : kind.value === 'retraction' ? t('retract.label') : t('clear.label')
  return (
    <Dialog title={t('correct.title', { time: at })} onClose={() => (page.of.value = undefined)} wide>
      <div class="fields">
        <div class="seg" role="group" aria-label={t('compose.kind')}>
          {kinds.map((one) => (
            <button
              type="button"
              key={one}
              aria-pressed={kind.value === one}
              onClick={() => {
                kind.value = one
                ways.value = {}
                asked.value = confirmed.value = false
              }}
            >
              {t(one === 'correction' ? 'correct.it' : one === 'retraction' ? 'retract.it' : 'clear.label')}
            </button>
          ))}
        </div>
      </div>
      <div class="oldnew">
        <div class="old">
          <h3>{t('correct.was', { time: at })}</h3>
          {langs.map((lang) => (
            <p key={lang} class="said" lang={lang}>
              <s>{update.texts[lang]}</s>
            </p>
          ))}
          <p class="t2 small">{reachByChannel(update, (id) => desk.store.channelById.value.get(id)?.name ?? '')}</p>
        </div>
        <div class="new">
          <h3>{t(kind.value === 'correction' ? 'correct.now' : 'correct.instead')}</h3>
          {langs.map((lang) => (
            <label key={lang} class="field">
              <span class="lab">
                <mark class="var">{label}</mark> {langs.length > 1 && lang.toUpperCase()}
              </span>
              <textarea
                class="ta"
                lang={lang}
                placeholder={found?.texts[lang] ?? ''}
                value={texts[lang] ?? ''}
                onInput={(input) => (typed.value = { ...typed.value, [kind.value]: { ...texts, [lang]: input.currentTarget.value } })}
              />
            </label>
          ))}
          <p class="t2 small">{t('correct.fixed', { label })}</p>
          {found?.prepared && (
            <Chip tone="ok" icon="checks">
              {t('correct.prepared')}
            </Chip>
          )}
        </div>
      </div>
      <ul class="chk plan" aria-label={t('correct.plan')}>
        {found?.page && (
          <li>
            <Icon name="check" class="ct-ok" />
            <span>
              <b>{t('compose.page')}:</b> <span lang={inWords(found.page).lang}>{inWords(found.page).words}</span>
            </span>
            <span />
          </li>
        )}
        {found?.lines.map((line) => (
          <Line key={line.channel_id} line={line} onWay={(way) => (ways.value = { ...ways.value, [line.channel_id]: way })} />
        ))}
        {!found && (
          <li>
            <Icon name="info" class="t3" />
            <span role="status">{refused.value || t('correct.planning')}</span>
            <span />
          </li>
        )}
        {asked.value && (
          <li>
            <input type="checkbox" id="again" checked={confirmed.value} onChange={(change) => (confirmed.value = change.currentTarget.checked)} />
            <label for="again">{t('correct.asks')}</label>
            <span />
          </li>
        )}
      </ul>
      {kind.value === 'all_clear' && (
        <div class="fields">
          <ClearEffects desk={desk} onLeave={() => (page.of.value = undefined)} />
        </div>
      )}
      {trouble && (
        <div role="alert" class="banner">
          <Notice
            tone="bad"
            title={trouble.title}
            action={
              trouble.again && (
                <button type="button" class="btn btn-s btn-sm" onClick={trouble.again}>
                  {trouble.label ?? t('trouble.again')}
                </button>
              )
            }
          >
            {trouble.words}
          </Notice>
        </div>
      )}
      <div class="ft">
        <button type="button" class="btn btn-q" onClick={() => (page.of.value = undefined)}>
          {t('cancel')}
        </button>
        <span class="sp t2 small">
          {found && (
            <>
              <span lang={agreed?.lang}>{agreed?.words}</span> {t('correct.takes', { time: length(found.confirmation.seconds) })} {money(found.confirmation.cost)}
            </>
          )}
        </span>
        <button
          type="button"
          class={ready ? 'btn btn-p' : 'btn'}
          aria-disabled={ready ? undefined : 'true'}
          onClick={() => ready && page.send(update.id, body, () => (asked.value = true))}
        >
          {found?.needs ? t('approve.ask') : (found?.confirmation.button ?? label)}
        </button>
      </div>
    </Dialog>
  )
}

export function CorrectionDialog({ desk }: { desk: Desk }) {
  const update = desk.correcting.of.value
  return update ? <CorrectionOf key={update.id} desk={desk} update={update} /> : null
}
