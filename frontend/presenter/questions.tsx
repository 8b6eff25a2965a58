/** What the desk chose to show and nobody has answered: a tap loads it, the answer goes the way of every text. */
import { signal } from '@preact/signals'
import { t } from '../shared/i18n/index.ts'
import { asksForHelp } from '../shared/pleas.ts'
import { Icon } from '../shared/ui/icon.tsx'
import { Chip } from '../shared/ui/parts.tsx'
import type { DeskReply } from '../shared/wire.ts'
import type { Tablet } from './tablet.ts'

const SHOWN = 2

/** Put off here; it stays with the others and comes when they are done. */
const later = signal<readonly string[]>([])

const isQuestion = (reply: DeskReply): boolean => /[?？؟]/u.test(reply.text)

/**
 * What is to be answered, in the order it is offered: who asks for help, then what asks something before what does not, the older first, and
 * what was put off at the end. Pure.
 *
 * Args:
 *   taken: Ids that an update of ours answers already, on its way or waiting on this tablet.
 */
export function toAnswer(replies: readonly DeskReply[], taken: ReadonlySet<string>, put_off: readonly string[]): DeskReply[] {
  return replies
    .filter((reply) => reply.state === 'shown' && !reply.answered_by_update_id && !taken.has(reply.id))
    .sort(
      (a, b) =>
        put_off.indexOf(a.id) - put_off.indexOf(b.id) || Number(asksForHelp(b)) - Number(asksForHelp(a)) || Number(isQuestion(b)) - Number(isQuestion(a)) || (a.id < b.id ? -1 : 1),
    )
}

export const whoAsked = (reply: DeskReply): string =>
  reply.author.handle ? `@${reply.author.handle.replace(/^@/, '')}` : reply.author.name || t('reply.somebody')

function takenOf(tablet: Tablet): ReadonlySet<string> {
  const taken = new Set<string>()
  for (const update of tablet.store.updates.value) {
    if (update.answers_reply_id && update.state !== 'withdrawn' && update.state !== 'expired') taken.add(update.answers_reply_id)
  }
  for (const entry of tablet.sender.waiting.value) {
    const id = entry.body['answers_reply_id']
    if (typeof id === 'string' && !entry.undo) taken.add(id)
  }
  return taken
}

export function Questions({ tablet }: { tablet: Tablet }) {
  if (!tablet.rights.value.has('update.submit')) return null
  const open = toAnswer(tablet.store.replies.value, takenOf(tablet), later.value)
  const loaded = tablet.writing.draft.value.answers_reply_id
  if (!open.length) return null
  return (
    <section class="card asked" aria-labelledby="h-asked">
      <div class="ph">
        <h2 id="h-asked">{t('questions')}</h2>
        <span class="chip">{open.length}</span>
      </div>
      <ul>
        {open.slice(0, SHOWN).map((reply) => (
          <li key={reply.id}>
            {asksForHelp(reply) && (
              <span>
                <Chip tone="bad" icon="alert">
                  {t('plea')}
                </Chip>
              </span>
            )}
            <p class="clamp3" lang={reply.lang ?? undefined} dir="auto">
              {reply.text}
            </p>
            <small class="t3">
              {whoAsked(reply)} · {reply.author.channel}
            </small>
            <div class="row">
              <button
                type="button"
                class="btn btn-soft"
                aria-pressed={loaded === reply.id}
                aria-label={t('questions.answer', { text: reply.text.slice(0, 60) })}
                onClick={() => tablet.answer(reply)}
              >
                <Icon name="reply" />
                {t('reply.answer')}
              </button>
              {open.length > 1 && (
                <button
                  type="button"
                  class="btn btn-q"
                  aria-label={t('questions.later.one', { text: reply.text.slice(0, 60) })}
                  onClick={() => (later.value = [...later.value.filter((id) => id !== reply.id), reply.id])}
                >
                  {t('questions.later')}
                </button>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Above the text of an answer: what it answers. */
export function Answering({ tablet }: { tablet: Tablet }) {
  const id = tablet.writing.draft.value.answers_reply_id
  if (!id) return null
  const reply = tablet.store.replies.value.find((one) => one.id === id)
  return (
    <div class="answering row">
      <Icon name="reply" />
      <span class="sp">
        <b>{reply ? t('questions.to', { who: whoAsked(reply) }) : t('view.answers.someone')}</b>
        {reply && <span class="clamp2 t2" lang={reply.lang ?? undefined} dir="auto">{reply.text}</span>}
      </span>
      <button type="button" class="btn btn-s" aria-label={t('questions.not')} onClick={() => tablet.writing.change({ answers_reply_id: undefined })}>
        <Icon name="x" />
      </button>
    </div>
  )
}
