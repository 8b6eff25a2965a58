/**
 * What stands between a text and Send, the same on the tablet and the desk: what the privacy check marks, why, what
 * one tap would put there, and the way to a second person; a refusal; and words that are already out.
 */
import { useSignal } from '@preact/signals'
import type { Acting } from '../acting.ts'
import { PHOTO, type GuardSpan } from '../draft.ts'
import { has, language, t } from '../i18n/index.ts'
import { guardLine } from '../sendable-words.ts'
import { clock } from '../when.ts'
import type { Writing } from '../writing.ts'
import { Icon } from './icon.tsx'
import { Notice } from './parts.tsx'

/** A text full of names would push Send off the screen; the rest is still underlined. */
const SHOWN = 4
const WHY_MIN = 3

/** Why a word is marked: the server's exact sentence in English, its class of detail in every other language. */
export function Reason({ span }: { span: Pick<GuardSpan, 'class' | 'reason'> }) {
  const key = `phi.is.${span.class}`
  return language() !== 'en' && has(key) ? <span>{t(key)}</span> : <span lang="en">{span.reason}</span>
}

function backToTheText(): void {
  document.querySelector<HTMLTextAreaElement>('textarea.edit')?.focus()
}

function Marks({ writing }: { writing: Writing }) {
  const marks = writing.marks.value
  const main = writing.main_lang.value
  return (
    <ul class="found">
      {marks.slice(0, SHOWN).map((span) => {
        const word = writing.wordOf(span)
        return (
          <li key={`${span.where}${span.lang}${span.start}-${span.end}`}>
            <span class="sp">
              {word && <q class={span.verdict === 'ask' ? 'phi w' : 'phi'}>{word}</q>} <Reason span={span} />{' '}
              {span.where && <span class="t3">{span.where === PHOTO ? t('phi.where.photo') : t('phi.where', { channel: span.where })}</span>}
              {!span.where && span.lang !== main && <span class="t3">{t('phi.in', { lang: span.lang.toUpperCase() })}</span>}
            </span>
            {span.replacement && (
              <button
                type="button"
                class="btn btn-p btn-sm fix"
                onClick={() => {
                  writing.useReplacement(span)
                  backToTheText()
                }}
              >
                {t('phi.fix', { replacement: span.replacement })}
              </button>
            )}
          </li>
        )
      })}
      {marks.length > SHOWN && <li class="t3">{t('phi.more', { n: marks.length - SHOWN })}</li>}
    </ul>
  )
}

/** Nobody overrides alone: the reason goes with the text to a second person, who decides. */
function AskTheDesk({ writing, acting, onAsk }: { writing: Writing; acting: Acting; onAsk: (why: string) => void }) {
  const open = useSignal(false)
  const why = useSignal('')
  const ready = why.value.trim().length >= WHY_MIN && !acting.busy.value.has('send')
  if (!open.value) {
    return (
      <button type="button" class="btn btn-s btn-sm fix" onClick={() => (open.value = true)}>
        <Icon name="users" />
        {t('phi.appeal')}
      </button>
    )
  }
  return (
    <form
      class="asking"
      onSubmit={(submit) => {
        submit.preventDefault()
        if (ready && writing.sendable.value.kind === 'blocked') onAsk(why.value.trim())
      }}
    >
      <label class="field">
        <span class="b">{t('phi.ask.why')}</span>
        <textarea
          class="ta"
          maxLength={500}
          ref={(box) => void (box && !why.peek() && box.focus())}
          value={why.value}
          onInput={(input) => (why.value = input.currentTarget.value)}
        />
        <span class="hint">{t('phi.ask.hint')}</span>
      </label>
      <div class="row wrap">
        <button type="button" class="btn btn-q btn-sm fix" onClick={() => (open.value = false)}>
          {t('cancel')}
        </button>
        <button type="submit" class="btn btn-p btn-sm fix" aria-disabled={ready ? undefined : 'true'}>
          {t('phi.ask.do')}
        </button>
      </div>
    </form>
  )
}

/** `onAsk` is left out for whoever may not submit. */
export function WritingNotices({ writing, acting, onAsk }: { writing: Writing; acting: Acting; onAsk?: (why: string) => void }) {
  const can = writing.sendable.value
  const blocked = can.kind === 'blocked'
  const line = guardLine(can, writing.previewing.current.value)
  const refused = writing.previewing.refused.value
  const repeats = writing.repeats.value
  const marks = writing.marks.value
  return (
    <>
      {refused && (
        <Notice tone="bad" title={t('compose.refused')}>
          {refused}
        </Notice>
      )}
      {(blocked || can.kind === 'ask') && (
        <div class={`notice stands ${blocked ? 'bad' : 'warn'}`} role="group" aria-label={line.title}>
          <Icon name="shield-x" />
          <div>
            <h3>{line.title}</h3>
            {marks.length ? <Marks writing={writing} /> : <p>{line.words}</p>}
          </div>
          {blocked && marks.length > 0 && onAsk && <AskTheDesk writing={writing} acting={acting} onAsk={onAsk} />}
        </div>
      )}
      {repeats && !blocked && (
        <Notice tone="warn" title={t('compose.repeats', { time: clock(repeats.released_at ?? repeats.received_at) })}>
          {t('compose.repeats.sub')}
        </Notice>
      )}
    </>
  )
}
