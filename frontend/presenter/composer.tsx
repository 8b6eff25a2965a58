/** The text that is loaded or being written, how it will look, whether it may go, and Send. */
import { guardLine, sendWords } from '../shared/sendable-words.ts'
import { runsOf } from '../shared/draft.ts'
import { t } from '../shared/i18n/index.ts'
import { Icon } from '../shared/ui/icon.tsx'
import { Notice } from '../shared/ui/parts.tsx'
import { PreviewCard } from '../shared/ui/preview-card.tsx'
import { clock } from '../shared/when.ts'
import type { Tablet } from './tablet.ts'

function Languages({ tablet }: { tablet: Tablet }) {
  const langs = tablet.store.event.value?.langs ?? []
  if (langs.length < 2) return null
  return (
    <div class="seg" role="group" aria-label={t('compose.lang')}>
      {langs.map((lang) => (
        <button type="button" key={lang} aria-pressed={tablet.writing.lang.value === lang} onClick={() => (tablet.writing.lang.value = lang)}>
          {lang.toUpperCase()}
          {!(tablet.writing.draft.value.texts[lang] ?? '').trim() && <span class="vh">{t('compose.lang.empty')}</span>}
        </button>
      ))}
    </div>
  )
}

export function Composer({ tablet }: { tablet: Tablet }) {
  const draft = tablet.writing.draft.value
  const event = tablet.store.event.value
  const lang = tablet.writing.lang.value
  const text = draft.texts[lang] ?? ''
  const step = tablet.step.value
  const can = tablet.writing.sendable.value
  const preview = tablet.writing.previewing.shown.value
  const spans = (tablet.writing.previewing.current.value?.guard.spans ?? []).filter(
    (span) => (span.lang ?? event?.default_lang) === lang,
  )
  const refused = tablet.writing.previewing.refused.value
  const blocked = can.kind === 'blocked'
  const repeats = tablet.writing.repeats.value
  const words = sendWords(can, tablet.writing.asking.value)
  const line = guardLine(can, tablet.writing.previewing.current.value)
  return (
    <section class="comp card" aria-labelledby="h-comp">
      <div class="ph">
        <h2 id="h-comp">{step ? t('compose.step', { n: step.n, title: step.title }) : t('compose.own')}</h2>
        <span class="sp" />
        <button
          type="button"
          class={draft.key_moment ? 'btn btn-soft key' : 'btn btn-q key'}
          aria-pressed={draft.key_moment}
          onClick={() => tablet.writing.change({ key_moment: !draft.key_moment })}
        >
          <Icon name="key" />
          {t('view.key')}
        </button>
        <Languages tablet={tablet} />
      </div>
      <div class="pb">
        <div class="edit-box">
          {/* Drawn under the text, so that marks sit where the words are. */}
          <div class="edit marks" aria-hidden="true">
            {runsOf(text, spans).map((run, index) => (
              <mark key={index} class={run.mark ? (run.mark === 'ask' ? 'phi w' : 'phi') : 'plain'}>
                {run.text}
              </mark>
            ))}
          </div>
          <textarea
            class="edit"
            aria-label={t('compose.text')}
            aria-invalid={blocked || can.kind === 'too-long' ? 'true' : undefined}
            aria-describedby="send-why"
            lang={lang}
            value={text}
            placeholder={t('compose.placeholder')}
            onInput={(input) => tablet.writing.type(lang, input.currentTarget.value)}
            onScroll={(scroll) => {
              const under = scroll.currentTarget.previousElementSibling
              if (under) under.scrollTop = scroll.currentTarget.scrollTop
            }}
          />
        </div>
        <div id="send-why" role="alert" class="vh">
          {blocked ? line.title : ''}
        </div>
        {refused && <Notice tone="bad" title={t('compose.refused')}>{refused}</Notice>}
        {(blocked || can.kind === 'ask') && (
          <Notice
            tone={blocked ? 'bad' : 'warn'}
            icon="shield-x"
            title={line.title}
            action={
              line.span?.replacement ? (
                <button type="button" class="btn btn-p fix" onClick={() => tablet.writing.useReplacement(line.span!)}>
                  {t('phi.fix', { replacement: line.span.replacement })}
                </button>
              ) : undefined
            }
          >
            {line.words}
          </Notice>
        )}
        {repeats && !blocked && (
          <Notice tone="warn" title={t('compose.repeats', { time: clock(repeats.released_at ?? repeats.received_at) })}>
            {t('compose.repeats.sub')}
          </Notice>
        )}
        {preview && (
          <div class="prev" role="group" aria-label={t('preview')}>
            {preview.channels.map((channel) => (
              <PreviewCard
                key={channel.channel_id}
                preview={channel}
                channel={tablet.store.channelById.value.get(channel.channel_id)}
                brief={blocked}
              />
            ))}
          </div>
        )}
      </div>
      <div class="sendbar">
        {!blocked && can.kind !== 'ask' && (
          <div class="row guard" role="status">
            <Icon name="shield" class={line.tone} />
            <span class="sp">
              <b class={line.tone}>{line.title}</b> <span class="t2">{line.words}</span>
            </span>
          </div>
        )}
        <button
          type="button"
          id="send"
          class={words.enabled ? 'btn btn-p btn-lg send' : 'btn btn-lg send'}
          aria-disabled={!words.enabled || tablet.acting.busy.value.has('send') ? 'true' : undefined}
          aria-describedby="send-why"
          onClick={() => tablet.send()}
        >
          <Icon name={words.icon} />
          {words.text}
        </button>
      </div>
    </section>
  )
}
