/** What waits for a second person on the desk, and the dialog in which it is read and decided. */
import { computed, effect, signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { runsOf, type GuardSpan } from '../shared/draft.ts'
import { t, tCode } from '../shared/i18n/index.ts'
import { reasonsOf } from '../shared/reasons.ts'
import { littleKnown } from '../shared/sendable-words.ts'
import * as opinions from '../shared/second-opinions.ts'
import { now_ms } from '../shared/tick.ts'
import { announce } from '../shared/ui/announce.tsx'
import { Dialog } from '../shared/ui/dialog.tsx'
import { ChannelTile, Icon } from '../shared/ui/icon.tsx'
import { Chip, Notice } from '../shared/ui/parts.tsx'
import { TroubleNotice } from '../shared/ui/trouble.tsx'
import { Reason } from '../shared/ui/writing-notices.tsx'
import { ago, clock } from '../shared/when.ts'
import { followTurns, TurnLine } from './delegates.tsx'
import { agreedTo, reachOf } from './confirming.ts'
import type { Desk } from './desk.ts'

/** What a delivery says of itself while its update waits as any other does. */
const ORDINARY = ['', 'waits_for_release', 'on_hold']

export class Approvals {
  readonly list = signal<opinions.Approval[]>([])
  /** What is being read, as it was when it was opened. */
  readonly reading = signal<opinions.Approval | undefined>(undefined)
  readonly waiting = computed(() => this.list.value.filter((one) => one.state === 'awaiting_approval'))
  /** Sent by one person alone; somebody looks at it afterwards. */
  readonly reviews = computed(() => this.list.value.filter((one) => one.review_due))
  readonly stale = computed(() => {
    const read = this.reading.value
    return read !== undefined && opinions.isStale(read, this.list.value.find((one) => one.update_id === read.update_id))
  })
  private readonly desk: Desk

  constructor(desk: Desk) {
    this.desk = desk
  }

  /** Look again whenever the stream tells of an update that waits, waited, or has other words now. */
  start(): void {
    let seen: string | undefined
    effect(() => {
      const now = this.desk.store.updates.value
        .filter((update) => update.state === 'awaiting_approval' || this.list.peek().some((one) => one.update_id === update.id))
        .map((update) => `${update.id} ${update.state} ${update.version}`)
        .join()
      if (now !== seen) void this.read().catch(() => undefined)
      seen = now
    })
  }

  async read(): Promise<void> {
    this.list.value = await opinions.readApprovals(this.desk.config.event_id)
  }

  open(of: opinions.Approval): void {
    this.desk.acting.trouble.value = undefined
    this.reading.value = of
  }

  /** Read what it says now; the tick and the note begin anew. */
  again(): void {
    const id = this.reading.value?.update_id
    this.reading.value = this.list.value.find((one) => one.update_id === id)
  }

  /** Whoever writes other words is asked about them as every writer is. */
  rewrite(of: opinions.Approval, words: opinions.Rewritten): void {
    this.desk.acting.confirming('decide', async (confirmed) => {
      await opinions.rewrite(of, words, confirmed)
      await this.decided(t('approve.said.rewritten'))
    })
  }

  private async decided(said: string): Promise<void> {
    this.reading.value = undefined
    announce(said)
    await this.read()
  }

  /** The words are about to be read out: which codes to ask for. */
  readOut(of: opinions.Approval, then: (asked: opinions.PhoneAsked[]) => void): void {
    void this.desk.acting.once('decide', async () => then(await opinions.readOut(of)), {
      refused: (error) => {
        if (error.status === 409) void this.read().catch(() => undefined)
        return false
      },
    })
  }

  decide(said: string, ask: () => Promise<unknown>): void {
    void this.desk.acting.once(
      'decide',
      async () => {
        await ask()
        await this.decided(said)
      },
      {
        refused: (error) => {
          // Somebody was first, or the words are others now: show what is there.
          if (error.status === 409) void this.read().catch(() => undefined)
          return false
        },
      },
    )
  }
}

function Changed({ pieces, lang }: { pieces: readonly opinions.Piece[]; lang: string }) {
  return (
    <p class="said" lang={lang}>
      {pieces.map((piece, index) =>
        piece.op === 'same' ? piece.text : piece.op === 'new' ? <mark class="var" key={index}>{piece.text}</mark> : <del key={index}>{piece.text}</del>,
      )}
    </p>
  )
}

function Marked({ text, lang, spans }: { text: string; lang: string; spans: readonly GuardSpan[] }) {
  return (
    <p class="said" lang={lang}>
      {runsOf(text, spans).map((run, index) =>
        run.mark ? (
          <mark key={index} class={run.mark === 'ask' ? 'phi w' : 'phi'}>
            {run.text}
          </mark>
        ) : (
          run.text
        ),
      )}
    </p>
  )
}

/** What is marked; of words that only one channel says, nothing: they stand with that channel. */
function wordOf(of: opinions.Approval, span: GuardSpan): string {
  const text = span.where === 'correction' ? of.correction[span.lang ?? ''] : span.where ? '' : of.texts[span.lang ?? '']
  return Array.from(text ?? '').slice(span.start, span.end).join('')
}

/** Whoever lets it go has looked at it, so a graphic one is open here and said to be closed on the page. */
function Shown({ pictures }: { pictures: readonly opinions.ShownPicture[] }) {
  return (
    <>
      {pictures.map((picture) => (
        <figure key={picture.id} class="shown">
          <img src={picture.url} width={picture.width} height={picture.height} alt={Object.values(picture.alt)[0] ?? ''} />
          <figcaption>
            {picture.graphic && (
              <Chip tone="warn" icon="eye">
                {t('approve.graphic')}
              </Chip>
            )}
            {Object.entries(picture.alt).map(([lang, text]) => (
              <p key={lang} lang={lang} class="t2">
                {t('approve.alt', { text })}
              </p>
            ))}
          </figcaption>
        </figure>
      ))}
    </>
  )
}

function Words({ of }: { of: opinions.Approval }) {
  const changed = opinions.hasChanged(of)
  const asked = typeof of.guard['asked'] === 'string' ? of.guard['asked'] : ''
  const override = of.needs === 'override'
  return (
    <div class="words">
      <Chip square tone="info">
        {tCode('kind', of.kind, of.kind)}
      </Chip>
      {Object.entries(of.texts).map(([lang, text]) => {
        const pieces = of.changed[lang]
        return (
          <div key={lang}>
            <h3 class="lab">{lang.toUpperCase()}</h3>
            {override ? (
              <Marked text={text} lang={lang} spans={of.spans.filter((span) => !span.where && span.lang === lang)} />
            ) : changed && pieces?.length ? (
              <Changed pieces={pieces} lang={lang} />
            ) : (
              <p class="said" lang={lang}>
                {text}
              </p>
            )}
          </div>
        )
      })}
      {Object.keys(of.blanks).length > 0 && (
        <p class="t2">
          {t('approve.blanks')}{' '}
          {Object.entries(of.blanks).map(([name, value], index) => (
            <>
              {index > 0 && ' · '}
              <mark key={name} class="var">
                {value}
              </mark>
            </>
          ))}
        </p>
      )}
      <Shown pictures={of.pictures} />
      {changed && <Notice tone="warn" title={t('approve.changed', { what: of.compared_with })} />}
      {of.little_known.length > 0 && (
        <Notice tone="warn" icon="shield" title={littleKnown(of.little_known).title}>
          {littleKnown(of.little_known).words}
        </Notice>
      )}
      {override && (
        <div class="notice bad" role="group" aria-label={t('approve.override')}>
          <Icon name="shield-x" />
          <div>
            <h3>{t('approve.override')}</h3>
            <ul class="found">
              {of.spans.map((span) => (
                <li key={`${span.where}${span.lang}${span.start}`}>
                  <q class={span.verdict === 'ask' ? 'phi w' : 'phi'}>{wordOf(of, span)}</q> <Reason span={span} />
                </li>
              ))}
            </ul>
            {asked && <p>{t('approve.asked', { name: of.author_name || t('reply.somebody'), why: asked })}</p>}
          </div>
        </div>
      )}
      {Object.keys(of.correction).length > 0 && (
        <div>
          <h3 class="lab">{t('approve.correction')}</h3>
          {Object.entries(of.correction).map(([lang, text]) => (
            <p key={lang} lang={lang}>
              {text}
            </p>
          ))}
        </div>
      )}
      {of.channels.map((share) => {
        const whom = reachOf(share)
        return (
          <details key={share.channel_id}>
            <summary>
              <ChannelTile adapter={share.adapter} small /> <b>{share.name}</b>{' '}
              <span class="t2" lang={whom.lang}>
                {whom.words}
              </span>
            </summary>
            {share.parts.map((part, index) => (
              <p key={index} class="part">
                {part}
              </p>
            ))}
          </details>
        )
      })}
    </div>
  )
}

type Note = 'send-back' | 'reject' | 'rewrite' | 'alone' | 'phone' | undefined

/** One reading of one revision; another revision is another reading, with nothing ticked. */
function Deciding({ desk, of }: { desk: Desk; of: opinions.Approval }) {
  const page = desk.approvals
  const checked = useSignal(false)
  const note = useSignal<Note>(undefined)
  const reason = useSignal('')
  const asked = useSignal<opinions.PhoneAsked[]>([])
  const texts = useSignal(of.texts)
  const own = useSignal(of.channel_texts)
  const pictures = useSignal(of.pictures)
  const stale = page.stale.value
  const trouble = desk.acting.trouble.value
  const busy = desk.acting.busy.value.has('decide')
  const may = desk.may('update.decide')
  const canApprove = may && of.yours === ''
  const override = of.needs === 'override'
  const back = opinions.sentBack(of)
  const alone = of.needs === 'approver' && of.alone_from !== null && Date.parse(of.alone_from) <= now_ms.value && desk.may('update.submit')
  const ready = canApprove && checked.value && !stale && (!override || reason.value.trim().length > 0)
  const event = desk.store.event.value
  const agreed = agreedTo(of.confirmation, { kind: of.kind, event_kind: event?.kind ?? '', place: event?.place ?? '', shares: of.channels, drill: desk.config.drill })
  const close = () => (page.reading.value = undefined)
  const choose = (what: Note) => {
    note.value = note.value === what ? undefined : what
    reason.value = ''
    asked.value = []
    if (note.value === 'phone') page.readOut(of, (found) => (asked.value = found))
  }
  const send = () => {
    const why = reason.value.trim()
    if (note.value === 'send-back') page.decide(t('approve.said.back'), () => opinions.sendBack(of, why))
    else if (note.value === 'reject') page.decide(t('approve.said.rejected'), () => opinions.reject(of, why))
    else if (note.value === 'alone') page.decide(t('approve.said.alone'), () => opinions.breakGlass(of, why))
    else if (note.value === 'phone') page.decide(t('approve.said.yes'), () => opinions.approveByPhone(of, why))
    else if (note.value === 'rewrite') page.rewrite(of, { texts: texts.value, channel_texts: own.value, pictures: pictures.value.length > 0 })
  }
  return (
    <Dialog title={t('approve.asks', { name: of.author_name || t('reply.somebody') })} onClose={close} wide>
      {stale && (
        <div role="alert" class="banner">
          <Notice
            tone="warn"
            title={t('approve.stale')}
            action={
              page.list.value.some((one) => one.update_id === of.update_id) ? (
                <button type="button" class="btn btn-p btn-sm" onClick={() => page.again()}>
                  {t('approve.again')}
                </button>
              ) : undefined
            }
          />
        </div>
      )}
      <WhyAgain desk={desk} of={of} />
      <div class="deciding">
        {note.value === 'rewrite' ? (
          <div class="words">
            {Object.entries(texts.value).map(([lang, text]) => (
              <textarea
                key={lang}
                class="ta"
                lang={lang}
                aria-label={t('compose.text.in', { lang: lang.toUpperCase() })}
                value={text}
                onInput={(input) => (texts.value = { ...texts.value, [lang]: input.currentTarget.value })}
              />
            ))}
            {Object.entries(own.value).flatMap(([adapter, words]) =>
              Object.entries(words).map(([lang, text]) => (
                <label key={`${adapter} ${lang}`} class="field">
                  {t('approve.own', { channel: of.channels.find((share) => share.adapter === adapter)?.name ?? adapter, lang: lang.toUpperCase() })}
                  <textarea
                    class="ta"
                    lang={lang}
                    value={text}
                    onInput={(input) => (own.value = { ...own.value, [adapter]: { ...own.value[adapter], [lang]: input.currentTarget.value } })}
                  />
                </label>
              )),
            )}
            <Shown pictures={pictures.value} />
            {pictures.value.length > 0 && (
              <button type="button" class="btn btn-s btn-sm" onClick={() => (pictures.value = [])}>
                {t('approve.nopicture')}
              </button>
            )}
          </div>
        ) : (
          <Words of={of} />
        )}
        <div class="checks">
          <h3>{t('approve.check')}</h3>
          <ul class="chk">
            <li>
              <Icon name="users" class="t3" />
              <span lang={agreed.lang}>{agreed.words}</span>
            </li>
            {back && (
              <li>
                <Icon name="undo" class="ct-warn" />
                <span>
                  <b>{t('approve.wasback', { name: back.by_name })}</b> {back.reason}
                </span>
              </li>
            )}
            {desk.store.channels.value
              .filter((channel) => channel.state === 'paused' && of.channels.some((share) => share.channel_id === channel.id))
              .map((channel) => (
                <li key={channel.id}>
                  <Icon name="lock" class="ct-warn" />
                  <span>{t('approve.noaccess', { channel: channel.name })}</span>
                </li>
              ))}
            {canApprove && (
              <li>
                <input type="checkbox" id="checked" checked={checked.value} disabled={stale} onChange={(change) => (checked.value = change.currentTarget.checked)} />
                <label for="checked">
                  {t('approve.tick')} <span class="t3">{t('approve.tick.hint')}</span>
                </label>
              </li>
            )}
          </ul>
          {!canApprove && of.state === 'awaiting_approval' && (
            <Notice tone="info" icon="lock" title={t('approve.locked')}>
              {of.yours || t('approve.maynot')}
            </Notice>
          )}
          {canApprove && override && (
            <div class="field">
              <label for="over">{t('approve.override.why')}</label>
              <textarea class="ta" id="over" maxLength={500} value={reason.value} onInput={(input) => (reason.value = input.currentTarget.value)} />
            </div>
          )}
          {note.value && note.value !== 'rewrite' && (
            <div class="field">
              <label for="note">{t(`approve.note.${note.value}`)}</label>
              {note.value === 'phone' && asked.value.length > 0 && (
                <div>
                  <p class="t2">{t('approve.phone.read')}</p>
                  <ul>
                    {asked.value.map((one) => (
                      <li key={one.person_id}>{t('approve.phone.ask', { name: one.name, n: one.n })}</li>
                    ))}
                  </ul>
                </div>
              )}
              {note.value === 'phone' ? (
                <input class="in" id="note" autocomplete="off" value={reason.value} onInput={(input) => (reason.value = input.currentTarget.value)} />
              ) : (
                <textarea class="ta" id="note" maxLength={500} value={reason.value} onInput={(input) => (reason.value = input.currentTarget.value)} />
              )}
            </div>
          )}
          <TroubleNotice trouble={trouble} />
        </div>
      </div>
      <div class="ft wrap">
        {note.value ? (
          <>
            <button type="button" class="btn btn-q" onClick={() => choose(undefined)}>
              {t('cancel')}
            </button>
            <span class="sp" />
            <button
              type="button"
              class={note.value === 'reject' || note.value === 'send-back' ? 'btn btn-do' : 'btn btn-p'}
              disabled={busy || stale || (note.value !== 'rewrite' && !reason.value.trim()) || (note.value === 'phone' && asked.value.length === 0)}
              onClick={send}
            >
              {t(`approve.do.${note.value}`)}
            </button>
          </>
        ) : (
          <>
            {may && (
              <>
                <button type="button" class="btn btn-do" onClick={() => choose('send-back')}>
                  {t('approve.back')}
                </button>
                <button type="button" class="btn btn-q" onClick={() => choose('reject')}>
                  {t('approve.reject')}
                </button>
              </>
            )}
            {desk.may('update.submit') && (
              <button type="button" class="btn btn-q" onClick={() => choose('rewrite')}>
                {t('approve.rewrite')}
              </button>
            )}
            {!canApprove && desk.may('update.submit') && (
              <button type="button" class="btn btn-q" onClick={() => choose('phone')}>
                {t('approve.phone')}
              </button>
            )}
            {alone && (
              <button type="button" class="btn btn-w" onClick={() => choose('alone')}>
                {t('approve.alone')}
              </button>
            )}
            <span class="sp" />
            {canApprove && (
              <button
                type="button"
                class={ready ? 'btn btn-p' : 'btn'}
                aria-disabled={!ready || busy ? 'true' : undefined}
                onClick={() => ready && page.decide(t('approve.said.yes'), () => opinions.approve(of, override ? reason.value.trim() : ''))}
              >
                {checked.value ? of.confirmation.button : t('approve.first')}
              </button>
            )}
          </>
        )}
      </div>
    </Dialog>
  )
}

export function ApprovalDialog({ desk }: { desk: Desk }) {
  const of = desk.approvals.reading.value
  return of ? <Deciding key={`${of.update_id} ${of.version} ${of.revision}`} desk={desk} of={of} /> : null
}

function Review({ desk, of }: { desk: Desk; of: opinions.Approval }) {
  const note = useSignal('')
  const open = useSignal(false)
  return (
    <li class="wt">
      <div class="sp">
        <b>{t('approve.review')}</b>
        {/* Whoever looks afterwards reads what the approver would have read: every channel, and what stood in its blanks. */}
        {open.value ? <Words of={of} /> : <p class="trunc t2">{Object.values(of.texts)[0]}</p>}
      </div>
      {!desk.may('update.decide') ? null : open.value ? (
        <form
          class="row"
          onSubmit={(submit) => {
            submit.preventDefault()
            desk.approvals.decide(t('approve.said.reviewed'), () => opinions.review(of, note.value.trim()))
          }}
        >
          <input class="in" required maxLength={500} aria-label={t('approve.review.note')} placeholder={t('approve.review.note')} value={note.value} onInput={(input) => (note.value = input.currentTarget.value)} />
          <button type="submit" class="btn btn-p btn-sm">
            {t('approve.review.do')}
          </button>
        </form>
      ) : (
        <button type="button" class="btn btn-s btn-sm" onClick={() => (open.value = true)}>
          {t('approve.review.open')}
        </button>
      )}
    </li>
  )
}

/** Why it waits for somebody's word again: stricter rules, its time was over, a restore, or the first word lapsed. */
function WhyAgain({ desk, of }: { desk: Desk; of: opinions.Approval }) {
  const one = desk.store.updates.value.find((update) => update.id === of.update_id)?.deliveries.find((delivery) => !ORDINARY.includes(delivery.reason))
  // What stands on our own page alone has no delivery that could say it.
  const reason = opinions.lapsed(of)
  if (!one && !reason) return null
  const { why, next, lang } = one ? reasonsOf(one) : { why: tCode('why', reason, ''), next: tCode('then', reason, ''), lang: undefined }
  return (
    <p class="t2 small" lang={lang}>
      {why} {next}
    </p>
  )
}

export function Waiting({ desk }: { desk: Desk }) {
  const { approvals } = desk
  useEffect(() => approvals.start(), [approvals])
  useEffect(() => followTurns(desk), [desk])
  const waiting = approvals.waiting.value
  const reviews = approvals.reviews.value
  if (!waiting.length && !reviews.length) return null
  return (
    <section class="card waits" aria-labelledby="h-wait">
      <div class="ph">
        <h2 id="h-wait">{t('approve.waiting')}</h2>
        <Chip tone="warn">{waiting.length + reviews.length}</Chip>
      </div>
      <ul>
        {waiting.map((of) => (
          <li class="wt" key={of.update_id}>
            <div class="sp">
              <b>{t(opinions.sentBack(of) ? 'approve.isback' : 'approve.need')}</b>{' '}
              <span class="t3 small">
                {of.author_name}
                {of.waits_since && `, ${ago(of.waits_since, now_ms.value)}`}
              </span>
              <p class="trunc t2">{of.texts[desk.store.event.value?.default_lang ?? 'en'] ?? Object.values(of.texts)[0]}</p>
              <WhyAgain desk={desk} of={of} />
              <TurnLine desk={desk} of={of} />
              {of.needs === 'approver' && of.alone_from && Date.parse(of.alone_from) > now_ms.value && (
                <p class="t3 small">{t('approve.alone.from', { time: clock(of.alone_from) })}</p>
              )}
            </div>
            <button
              type="button"
              class={desk.may('update.decide') && !of.yours ? 'btn btn-p btn-sm' : 'btn btn-s btn-sm'}
              aria-label={t('approve.open', { text: (Object.values(of.texts)[0] ?? '').slice(0, 40) })}
              onClick={() => approvals.open(of)}
            >
              {t(desk.may('update.decide') && !of.yours ? 'approve.read' : 'approve.look')}
            </button>
          </li>
        ))}
        {reviews.map((of) => (
          <Review key={of.update_id} desk={desk} of={of} />
        ))}
      </ul>
    </section>
  )
}
