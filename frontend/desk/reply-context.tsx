/** A reply in its context: what it answers, what we answered, and what else this person wrote. Untrusted text stays text. */
import { t } from '../shared/i18n/index.ts'
import { Dialog, DialogFoot } from '../shared/ui/dialog.tsx'
import { ChannelTile, Icon } from '../shared/ui/icon.tsx'
import { Chip } from '../shared/ui/parts.tsx'
import { clock, day } from '../shared/when.ts'
import type { DeskReply, DeskUpdate } from '../shared/wire.ts'
import type { Desk } from './desk.ts'
import { Plea } from './plea.tsx'

const OTHERS = 5

export function whoOf(reply: DeskReply): string {
  const handle = reply.author.handle && `@${reply.author.handle.replace(/^@/, '')}`
  return reply.number || handle || reply.author.name || t('reply.somebody')
}

/** The same person on the same channel; a masked number is not enough to say so. */
function isSamePerson(a: DeskReply, b: DeskReply): boolean {
  return a.id !== b.id && a.author.channel === b.author.channel && a.author.handle !== '' && a.author.handle === b.author.handle
}

function said(desk: Desk, update: DeskUpdate): string {
  return update.texts[desk.store.event.value?.default_lang ?? 'en'] ?? Object.values(update.texts)[0] ?? ''
}

function Said({ desk, update, title }: { desk: Desk; update: DeskUpdate; title: string }) {
  return (
    <section class="ctx">
      <h3 class="lab">
        {title} {clock(update.released_at ?? update.received_at)}
      </h3>
      <p>{said(desk, update)}</p>
    </section>
  )
}

export function ReplyDialog({ desk, onClose }: { desk: Desk; onClose: () => void }) {
  const id = desk.replyAt.value
  const reply = desk.store.replies.value.find((one) => one.id === id)
  if (!reply) return null
  const about = reply.update_id ? desk.store.updateById.value.get(reply.update_id) : undefined
  const answers = desk.store.updates.value.filter((update) => update.answers_reply_id === reply.id)
  const others = desk.store.replies.value.filter((one) => isSamePerson(one, reply))
  const alike = about ? desk.store.replies.value.filter((one) => one.update_id === about.id && one.id !== reply.id).length : 0
  const classes = Array.isArray(reply.guard['classes']) ? (reply.guard['classes'] as unknown[]).map(String) : []
  const may = desk.may('reply.moderate') && reply.state !== 'removed'
  const busy = desk.acting.busy.value.has(`reply ${reply.id}`)
  return (
    <Dialog title={t('context.title', { who: whoOf(reply) })} onClose={onClose} wide>
      <div class="fields context">
        {about ? <Said desk={desk} update={about} title={t('context.about')} /> : <p class="t3">{t('context.alone')}</p>}
        <section class="ctx theirs">
          <h3 class="lab row">
            <ChannelTile adapter={reply.author.channel} small />
            <span>
              {reply.author.name && `${reply.author.name}, `}
              {day(reply.at)} {clock(reply.at)}
            </span>
          </h3>
          {reply.state === 'removed' ? (
            <p class="t3">{t('reply.removed')}</p>
          ) : (
            <p class="said" lang={reply.lang ?? undefined} dir="auto">
              {reply.text}
            </p>
          )}
          <Plea desk={desk} reply={reply} />
          <div class="row wrap">
            {classes.length > 0 && (
              <Chip tone="warn" icon="shield">
                {t('context.guard', { n: classes.length })}
              </Chip>
            )}
            {reply.edited_at && <Chip tone="warn">{t('reply.edited')}</Chip>}
            {reply.url && (
              <a href={reply.url} target="_blank" rel="noopener noreferrer">
                {t('context.there')}
              </a>
            )}
            {alike > 0 && <span class="t3">{t('context.alike', { n: alike })}</span>}
          </div>
        </section>
        {answers.map((update) => (
          <Said key={update.id} desk={desk} update={update} title={t('context.answer')} />
        ))}
        {others.length > 0 && (
          <section class="ctx">
            <h3 class="lab">{t('context.others', { n: others.length })}</h3>
            <ul>
              {others.slice(0, OTHERS).map((one) => (
                <li key={one.id}>
                  <time dateTime={one.at} class="t3">
                    {clock(one.at)}
                  </time>{' '}
                  <span dir="auto" lang={one.lang ?? undefined}>
                    {one.state === 'removed' ? t('reply.removed') : one.text}
                  </span>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
      <DialogFoot onClose={onClose} back={t('trouble.close')} wrap>
        {may && desk.may('update.submit') && (
          <button
            type="button"
            class="btn btn-s"
            onClick={() => {
              desk.answer(reply)
              onClose()
            }}
          >
            <Icon name="reply" />
            {t('reply.answer')}
          </button>
        )}
        {may && reply.state !== 'hidden' && (
          <button type="button" class="btn btn-s" disabled={busy} onClick={() => desk.decide(reply, 'hide')}>
            {t('reply.hide')}
          </button>
        )}
        {may && reply.state !== 'shown' && (
          <button type="button" class="btn btn-p" disabled={busy} onClick={() => desk.decide(reply, 'show')}>
            {t('reply.show')}
          </button>
        )}
      </DialogFoot>
    </Dialog>
  )
}
