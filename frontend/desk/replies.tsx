/** What the public answers: let through or kept back, one key each. Untrusted text stays text. */
import { t } from '../shared/i18n/index.ts'
import { coarse_ms } from '../shared/tick.ts'
import { ChannelTile, Icon, LiveMark } from '../shared/ui/icon.tsx'
import { Chip, Empty } from '../shared/ui/parts.tsx'
import { ago } from '../shared/when.ts'
import type { DeskReply } from '../shared/wire.ts'
import type { Desk } from './desk.ts'

/** Drawn at once; the rest is a press away, so that a flood does not slow the typing next to it. */
const SHOWN = 60

function Reply({ desk, reply }: { desk: Desk; reply: DeskReply }) {
  const channel = reply.author.channel
  const at = desk.replyAt.value === reply.id
  const handle = reply.author.handle && `@${reply.author.handle.replace(/^@/, '')}`
  const who = reply.number || handle || reply.author.name || t('reply.somebody')
  const decision = typeof reply.guard['decision'] === 'string' ? reply.guard['decision'] : 'pass'
  const busy = desk.acting.busy.value.has(`reply ${reply.id}`)
  const may = desk.may('reply.moderate') && reply.state !== 'removed'
  return (
    <article
      class={decision === 'pass' ? 'tri' : 'tri r'}
      tabIndex={at ? 0 : -1}
      aria-current={at ? 'true' : undefined}
      aria-label={t('reply.label', { who })}
      onClick={() => (desk.replyAt.value = reply.id)}
    >
      <div class="hd">
        <ChannelTile adapter={channel} small />
        <b class="trunc">{who}</b>
        {reply.author.handle && reply.author.name && <span class="trunc">{reply.author.name}</span>}
        <span class="sp" />
        <span class="nowrap">{ago(reply.received_at, coarse_ms.value)}</span>
      </div>
      {reply.state === 'removed' ? <p class="t3">{t('reply.removed')}</p> : <p lang={reply.lang ?? undefined}>{reply.text}</p>}
      <div class="row wrap">
        {reply.state === 'shown' && (
          <Chip tone="ok" icon="eye">
            {t('reply.shown')}
          </Chip>
        )}
        {reply.state === 'hidden' && <Chip>{t('reply.hidden')}</Chip>}
        {reply.edited_at && reply.state !== 'removed' && <Chip tone="warn">{t('reply.edited')}</Chip>}
        {decision !== 'pass' && (
          <Chip tone="warn" icon="shield">
            {t('reply.guard')}
          </Chip>
        )}
        {reply.answered_by_update_id && (
          <Chip tone="ok" icon="reply">
            {t('reply.answered')}
          </Chip>
        )}
        <span class="sp" />
        {may && desk.may('update.submit') && (
          <button type="button" class="btn btn-q btn-sm" onClick={() => desk.answer(reply)}>
            <Icon name="reply" />
            {t('reply.answer')}
          </button>
        )}
        {may && reply.state !== 'hidden' && (
          <button type="button" class="btn btn-s btn-sm" disabled={busy} onClick={() => desk.decide(reply, 'hide')}>
            {t('reply.hide')} {at && <span class="kbd">H</span>}
          </button>
        )}
        {may && reply.state !== 'shown' && (
          <button type="button" class="btn btn-soft btn-sm" disabled={busy} onClick={() => desk.decide(reply, 'show')}>
            {t('reply.show')} {at && <span class="kbd">S</span>}
          </button>
        )}
      </div>
    </article>
  )
}

export function Replies({ desk }: { desk: Desk }) {
  const shown = desk.repliesShown.value
  const replies = desk.replies.value
  const all = desk.store.replies.value.length
  return (
    <section class="col card replies" aria-labelledby="h-t">
      <div class="ph">
        <h2 id="h-t">{t('replies')}</h2>
        <span class="sp" />
        {desk.store.liveness.value === 'live' && (
          <span class="live ct-ok small">
            <LiveMark />
            {t('view.live')}
          </span>
        )}
      </div>
      <div class="tabs" role="tablist" aria-label={t('replies')}>
        <button type="button" role="tab" aria-selected={shown === 'new'} onClick={() => (desk.repliesShown.value = 'new')}>
          {t('replies.new')} <span class={desk.undecided.value ? 'num hot' : 'num'}>{desk.undecided.value}</span>
        </button>
        <button type="button" role="tab" aria-selected={shown === 'all'} onClick={() => (desk.repliesShown.value = 'all')}>
          {t('replies.all')} <span class="num">{all}</span>
        </button>
      </div>
      <div class="queue" role="tabpanel" tabIndex={replies.length ? undefined : 0} aria-label={t(shown === 'new' ? 'replies.new' : 'replies.all')}>
        {replies.slice(0, SHOWN).map((reply) => (
          <Reply key={reply.id} desk={desk} reply={reply} />
        ))}
        {replies.length > SHOWN && <p class="t3 more">{t('replies.more', { n: replies.length - SHOWN })}</p>}
        {!replies.length && (
          <Empty icon="check" title={t('replies.none')}>
            {t('replies.none.sub')}
          </Empty>
        )}
      </div>
      <p class="keyhint t3">
        <kbd class="kbd">J</kbd> <kbd class="kbd">K</kbd> {t('keys.move')} · <kbd class="kbd">?</kbd> {t('keys.list')}
      </p>
    </section>
  )
}
