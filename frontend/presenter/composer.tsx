/** The text that is loaded or being written, how it will look, whether it may go, and Send. */
import { t } from '../shared/i18n/index.ts'
import { guardLine } from '../shared/sendable-words.ts'
import { Icon } from '../shared/ui/icon.tsx'
import { PreviewCard } from '../shared/ui/preview-card.tsx'
import { SendButton } from '../shared/ui/send-button.tsx'
import { TextEditor } from '../shared/ui/text-editor.tsx'
import { WritingNotices } from '../shared/ui/writing-notices.tsx'
import { PhotoButton, PhotoPanel } from './photo.tsx'
import { Answering } from './questions.tsx'
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
  const step = tablet.step.value
  const can = tablet.sendable.value
  // Kept with what was not sent, it counts down when the network is back.
  const kept = tablet.sender.offline.value && ['ready', 'hold', 'approval'].includes(can.kind)
  const preview = tablet.writing.previewing.shown.value
  const may = tablet.rights.value.has('update.submit')
  const blocked = can.kind === 'blocked'
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
        <PhotoButton tablet={tablet} />
        <Languages tablet={tablet} />
      </div>
      <div class="pb">
        <Answering tablet={tablet} />
        <TextEditor writing={tablet.writing} label={t('compose.text')} />
        <WritingNotices writing={tablet.writing} acting={tablet.acting} {...(may ? { onAsk: (why: string) => tablet.askDesk(why) } : {})} />
        <PhotoPanel tablet={tablet} />
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
        <SendButton writing={tablet.writing} acting={tablet.acting} onSend={() => tablet.send()} can={kept ? { kind: 'offline' } : can} class="btn-lg send" />
      </div>
    </section>
  )
}
