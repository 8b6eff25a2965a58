/** The text being written, with what the privacy check marks drawn under it: one for the tablet and the desk. */
import { runsOf } from '../draft.ts'
import { t } from '../i18n/index.ts'
import { guardLine } from '../sendable-words.ts'
import type { Writing } from '../writing.ts'

export function TextEditor({ writing, label, id }: { writing: Writing; label: string; id?: string }) {
  const lang = writing.lang.value
  const text = writing.draft.value.texts[lang] ?? ''
  const can = writing.sendable.value
  const blocked = can.kind === 'blocked'
  const spans = writing.marks.value.filter((span) => !span.where && span.lang === lang)
  return (
    <>
      <div class="edit-box">
        {/* Drawn under the text, so that marks sit where the words are. */}
        <div class="edit marks" dir="auto" aria-hidden="true">
          {runsOf(text, spans).map((run, index) => (
            <mark key={index} class={run.mark ? (run.mark === 'ask' ? 'phi w' : 'phi') : 'plain'}>
              {run.text}
            </mark>
          ))}
        </div>
        <textarea
          class="edit"
          id={id}
          aria-label={label}
          aria-invalid={blocked || can.kind === 'too-long' ? 'true' : undefined}
          aria-describedby="send-why"
          lang={lang}
          dir="auto"
          value={text}
          placeholder={t('compose.placeholder')}
          onInput={(input) => writing.type(lang, input.currentTarget.value)}
          onScroll={(scroll) => {
            const under = scroll.currentTarget.previousElementSibling
            if (under) under.scrollTop = scroll.currentTarget.scrollTop
          }}
        />
      </div>
      <div id="send-why" role="alert" class="vh">
        {blocked ? guardLine(can, writing.previewing.current.value).title : ''}
      </div>
    </>
  )
}
