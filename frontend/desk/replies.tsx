/** What the public answers: let through or kept back, one key each. Untrusted text stays text. */
import type { VNode } from 'preact'
import { useRef } from 'preact/hooks'
import { t } from '../shared/i18n/index.ts'
import { isOpenPlea } from '../shared/pleas.ts'
import { coarse_ms } from '../shared/tick.ts'
import { ChannelTile, Icon, LiveMark } from '../shared/ui/icon.tsx'
import { Chip, EmptyOf } from '../shared/ui/parts.tsx'
import { ago } from '../shared/when.ts'
import type { DeskReply } from '../shared/wire.ts'
import type { Desk } from './desk.ts'
import { Plea } from './plea.tsx'
import { whoOf } from './reply-context.tsx'

function Reply({ desk, reply }: { desk: Desk; reply: DeskReply }) {
  const channel = reply.author.channel
  const at = desk.replyAt.value === reply.id
  const who = whoOf(reply)
  const decision = typeof reply.guard['decision'] === 'string' ? reply.guard['decision'] : 'pass'
  const busy = desk.acting.busy.value.has(`reply ${reply.id}`)
  const may = desk.may('reply.moderate') && reply.state !== 'removed'
  return (
    <article
      class={isOpenPlea(reply) ? 'tri help' : decision === 'pass' ? 'tri' : 'tri r'}
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
      <Plea desk={desk} reply={reply} />
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
        <button
          type="button"
          class="btn btn-q btn-sm btn-ic"
          aria-label={t('context.open', { who })}
          title={t('context.menu')}
          onClick={() => {
            desk.replyAt.value = reply.id
            desk.ask('reply')
          }}
        >
          <Icon name="expand" />
        </button>
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
  const made = useRef(new WeakMap<DeskReply, VNode>())
  const { counts } = desk
  const drawn = replies.slice(0, counts.drawn.value)
  const undecided = counts.undecided.value
  const unseen = counts.unseen.value
  const rest = (shown === 'new' ? undecided : counts.all.value) - drawn.length - unseen
  const waiting = counts.counts.value?.waiting ?? 0
  const isKnown = desk.store.isKnown.value
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
          {t('replies.new')} {isKnown && <span class={undecided ? 'num hot' : 'num'}>{undecided.toLocaleString()}</span>}
        </button>
        <button type="button" role="tab" aria-selected={shown === 'all'} onClick={() => (desk.repliesShown.value = 'all')}>
          {t('replies.all')} {isKnown && <span class="num">{counts.all.value.toLocaleString()}</span>}
        </button>
      </div>
      <div class="queue" role="tabpanel" tabIndex={replies.length ? undefined : 0} aria-label={t(shown === 'new' ? 'replies.new' : 'replies.all')}>
        {waiting > 0 && (
          <p class="more ct-warn b" role="status">
            {t('replies.waiting', { n: waiting })}
          </p>
        )}
        {unseen > 0 && (
          <p class="more pill">
            <button type="button" class="btn btn-p btn-sm" onClick={() => counts.showNew()}>
              <Icon name="up" />
              {t('replies.unseen', { n: unseen })}
            </button>
          </p>
        )}
        {drawn.map((reply) => {
          // The very same element of a reply that is the same: it is not looked at again when others arrive.
          const known = made.current.get(reply)
          const element = known ?? <Reply key={reply.id} desk={desk} reply={reply} />
          if (!known) made.current.set(reply, element)
          return element
        })}
        {rest > 0 && (
          <p class="more">
            <button
              type="button"
              class="btn btn-s btn-sm"
              disabled={desk.acting.busy.value.has('older')}
              onClick={() => void desk.acting.once('older', () => counts.more(shown, replies))}
            >
              {t('replies.older', { n: rest })}
            </button>
          </p>
        )}
        {!replies.length && (
          <EmptyOf store={desk.store} icon="check" title={t('replies.none')}>
            {t(desk.store.liveness.value === 'live' ? 'replies.none.sub' : 'replies.none.away')}
          </EmptyOf>
        )}
      </div>
      <p class="keyhint t3">
        <kbd class="kbd">J</kbd> <kbd class="kbd">K</kbd> {t('keys.move')} · <kbd class="kbd">?</kbd> {t('keys.list')}
      </p>
    </section>
  )
}
