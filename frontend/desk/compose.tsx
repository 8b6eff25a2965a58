/** Writing: a text per language, how it looks on each channel, the privacy check, where it goes, and Send. */
import { useComputed, useSignal } from '@preact/signals'
import { useMemo, useRef } from 'preact/hooks'
import type { Draft } from '../shared/draft.ts'
import { t } from '../shared/i18n/index.ts'
import { guardLine } from '../shared/sendable-words.ts'
import { ChannelTile, Icon } from '../shared/ui/icon.tsx'
import { Chip } from '../shared/ui/parts.tsx'
import { PreviewCard } from '../shared/ui/preview-card.tsx'
import { SendButton } from '../shared/ui/send-button.tsx'
import { TextEditor } from '../shared/ui/text-editor.tsx'
import { WritingNotices } from '../shared/ui/writing-notices.tsx'
import { Completeness } from './completeness.tsx'
import { DelayChoice } from './delay.tsx'
import type { Desk } from './desk.ts'
import { EstimateLine } from './estimate.tsx'

/** A part of the draft: whoever shows it is not drawn again for every letter. */
function useOf<T extends object>(desk: Desk, part: (draft: Draft) => T): T {
  const before = useRef<T | undefined>(undefined)
  return useComputed(() => {
    const now = part(desk.writing.draft.value)
    const old = before.current as Record<string, unknown> | undefined
    const isSame = old && Object.entries(now).every(([name, value]) => old[name] === value)
    return (before.current = isSame ? (old as T) : now)
  }).value
}

function Tabs({ desk }: { desk: Desk }) {
  const langs = desk.store.event.value?.langs ?? []
  const { texts } = desk.writing.draft.value
  return (
    <div class="lt" role="tablist" aria-label={t('compose.lang')}>
      {langs.map((lang) => {
        const written = (texts[lang] ?? '').trim() !== ''
        return (
          <button
            type="button"
            key={lang}
            role="tab"
            id={`tab-${lang}`}
            aria-controls="text"
            aria-selected={desk.writing.lang.value === lang}
            onClick={() => (desk.writing.lang.value = lang)}
          >
            {lang.toUpperCase()}
            {written ? <Icon name="check" class="ct-ok" size={13} /> : <span class="t3">{t('compose.lang.none')}</span>}
          </button>
        )
      })}
    </div>
  )
}

/** A channel may say it in words of its own: a longer post, a text without what only the page shows. */
function OwnWords({ desk, adapters }: { desk: Desk; adapters: readonly { adapter: string; name: string }[] }) {
  const open = useSignal<string | undefined>(undefined)
  const { channel_texts } = useOf(desk, ({ channel_texts }) => ({ channel_texts }))
  const lang = desk.writing.lang.value
  return (
    <div class="own">
      <div class="row wrap">
        <span class="b small">{t('compose.ownwords')}</span>
        {adapters.map(({ adapter, name }) => {
          const has = channel_texts[adapter] !== undefined
          return (
            <button
              type="button"
              key={adapter}
              class={has ? 'btn btn-soft btn-sm' : 'btn btn-s btn-sm'}
              aria-expanded={open.value === adapter}
              onClick={() => (open.value = open.value === adapter ? undefined : adapter)}
            >
              {name}
              {has && <Icon name="edit" />}
            </button>
          )
        })}
      </div>
      {open.value && (
        <textarea
          class="ta"
          aria-label={t('compose.ownwords.for', { channel: adapters.find((one) => one.adapter === open.value)?.name ?? '' })}
          lang={lang}
          placeholder={t('compose.ownwords.same')}
          value={channel_texts[open.value]?.[lang] ?? ''}
          onInput={(input) => desk.writing.typeFor(open.value!, lang, input.currentTarget.value)}
        />
      )}
    </div>
  )
}

function Channels({ desk }: { desk: Desk }) {
  const channels = desk.detail.value?.channels ?? []
  const { channels: chosen } = useOf(desk, ({ channels }) => ({ channels }))
  const toggle = (id: string) => {
    const now = chosen ?? channels.map((channel) => channel.id)
    const next = now.includes(id) ? now.filter((one) => one !== id) : [...now, id]
    // All is the same as not having chosen: a channel added later is then in.
    desk.writing.change({ channels: next.length === channels.length ? undefined : next })
  }
  return (
    <fieldset>
      <legend class="b small">{t('compose.where')}</legend>
      <div class="aud">
        <span class="y fixed">
          <span class="box on">
            <Icon name="check" />
          </span>
          {t('compose.page')}
          <span>{t('compose.page.open')}</span>
        </span>
        {channels.map((channel) => {
          const on = chosen?.includes(channel.id) ?? true
          const state = desk.store.channelById.value.get(channel.id)?.state ?? channel.state
          return (
            <label key={channel.id} class={on ? 'y' : ''}>
              <input type="checkbox" class="vh" checked={on} onChange={() => toggle(channel.id)} />
              <span class={on ? 'box on' : 'box'} aria-hidden="true">
                {on && <Icon name="check" />}
              </span>
              <ChannelTile adapter={channel.adapter} small />
              {channel.name}
              <span class={state === 'paused' ? 'ct-bad b' : ''}>
                {state === 'paused' ? t('preview.noaccess.short') : channel.people !== null ? t('compose.people', { n: channel.people }) : ''}
              </span>
            </label>
          )
        })}
      </div>
    </fieldset>
  )
}

function Kind({ desk }: { desk: Desk }) {
  const draft = useOf(desk, ({ kind, answers_reply_id }) => ({ kind, answers_reply_id }))
  if (draft.answers_reply_id) {
    // Only asked for here: a flood of replies is none of the composer's business.
    const reply = desk.store.replies.value.find((one) => one.id === draft.answers_reply_id)
    return (
      <div class="row answering">
        <Chip tone="info" icon="reply">
          {t('compose.answering', { who: reply ? reply.author.handle || reply.author.name || (reply.number ?? '') : '' })}
        </Chip>
        <button type="button" class="btn btn-q btn-sm" onClick={() => desk.writing.change({ answers_reply_id: undefined, kind: 'update' })}>
          {t('compose.answering.not')}
        </button>
      </div>
    )
  }
  const kinds = ['update', 'all_clear'] as const
  return (
    <div class="seg" role="group" aria-label={t('compose.kind')}>
      {(desk.store.event.value?.kind === 'crisis' ? kinds : kinds.slice(0, 1)).map((kind) => (
        <button type="button" key={kind} aria-pressed={draft.kind === kind} onClick={() => desk.writing.change({ kind })}>
          {t(kind === 'update' ? 'kind.update' : 'clear.label')}
        </button>
      ))}
    </div>
  )
}

/** How it will look, where it costs what, and the privacy check's word: drawn for every letter, apart from the rest. */
function Previews({ desk }: { desk: Desk }) {
  const { writing } = desk
  const can = writing.sendable.value
  const current = writing.previewing.current.value
  const preview = writing.previewing.shown.value
  const line = guardLine(can, current)
  if (!preview) return null
  return (
    <div class="pc" role="group" aria-label={t('preview')}>
      {preview.channels.map((channel) => (
        <PreviewCard key={channel.channel_id} preview={channel} channel={desk.store.channelById.value.get(channel.channel_id)} />
      ))}
      {can.kind !== 'blocked' && can.kind !== 'ask' && (
        <div class="row guard small" role="status">
          <Icon name="shield" class={line.tone} />
          <span class="sp">
            <b class={line.tone}>{current?.guard.decision === 'pass' ? (line.tone === 'ct-ok' ? t('phi.short') : line.title) : line.words}</b>{' '}
            {current?.guard.decision === 'pass' && <span class="t2">{line.words}</span>}
          </span>
        </div>
      )}
    </div>
  )
}

function Estimate({ desk }: { desk: Desk }) {
  const preview = desk.writing.previewing.shown.value
  return preview && desk.writing.sendable.value.kind !== 'blocked' ? <EstimateLine preview={preview} /> : null
}

function IfWrong({ desk }: { desk: Desk }) {
  const { writing } = desk
  const can = writing.sendable.value
  const { correction } = useOf(desk, ({ correction }) => ({ correction }))
  const lang = writing.lang.value
  if (can.kind !== 'approval' || can.needs !== 'approver') return null
  return (
    <div class="field">
      <label for="if-wrong">{t('compose.correction')}</label>
      <textarea
        class="ta"
        id="if-wrong"
        lang={lang}
        value={correction[lang] ?? ''}
        onInput={(input) => writing.change({ correction: { ...correction, [lang]: input.currentTarget.value } })}
      />
      <span class="hint">{t('compose.correction.hint')}</span>
    </div>
  )
}

function Foot({ desk, may }: { desk: Desk; may: boolean }) {
  const { writing } = desk
  const can = writing.sendable.value
  const delay_s = Math.round(writing.previewing.shown.value?.delay_s ?? desk.store.event.value?.delay_s ?? 0)
  return (
    <div class="foot">
      <span class="sp t2">{may && can.kind === 'approval' ? t('approve.need') : may ? t('compose.delay', { s: delay_s }) : t('compose.maynot')}</span>
      <DelayChoice desk={desk} />
      {may && (
        <SendButton writing={writing} acting={desk.acting} onSend={() => desk.send()} words={can.kind === 'stopped' ? t('send.drafts') : undefined}>
          <span class="kbd">Ctrl ↵</span>
        </SendButton>
      )}
    </div>
  )
}

export function Compose({ desk }: { desk: Desk }) {
  const writing = desk.writing
  const draft = useOf(desk, ({ key_moment, pinned }) => ({ key_moment, pinned }))
  const lang = writing.lang.value
  const may = desk.may('update.submit')
  const channels = desk.detail.value?.channels
  const adapters = useMemo(
    () => (channels ?? []).filter((channel, index, all) => all.findIndex((one) => one.adapter === channel.adapter) === index),
    [channels],
  )
  return (
    <section class="card compose" id="compose" aria-labelledby="h-c">
      <div class="ph">
        <h2 id="h-c" class="vh">
          {t('compose')}
        </h2>
        <Kind desk={desk} />
        <span class="sp" />
        {may && (
          <button type="button" class="btn btn-q btn-sm" onClick={() => desk.pickTemplate()}>
            <Icon name="list" />
            {t('template.open')}
          </button>
        )}
        <button
          type="button"
          class={draft.key_moment ? 'btn btn-soft btn-sm' : 'btn btn-q btn-sm'}
          aria-pressed={draft.key_moment}
          onClick={() => writing.change({ key_moment: !draft.key_moment })}
        >
          <Icon name="key" />
          {t('view.key')}
        </button>
        <button
          type="button"
          class={draft.pinned ? 'btn btn-soft btn-sm' : 'btn btn-q btn-sm'}
          aria-pressed={draft.pinned}
          onClick={() => writing.change({ pinned: !draft.pinned })}
        >
          <Icon name="pin" />
          {t('compose.pin')}
        </button>
      </div>
      <div class="pb">
        <Tabs desk={desk} />
        <TextEditor writing={writing} label={t('compose.text.in', { lang: lang.toUpperCase() })} id="text" />
        <Completeness desk={desk} />
        <WritingNotices writing={writing} acting={desk.acting} {...(may ? { onAsk: (why: string) => desk.askDesk(why) } : {})} />
        <Previews desk={desk} />
        {adapters.length > 1 && <OwnWords desk={desk} adapters={adapters} />}
        <Channels desk={desk} />
        <Estimate desk={desk} />
        <IfWrong desk={desk} />
      </div>
      <Foot desk={desk} may={may} />
    </section>
  )
}
