/** The tablet's screen: three columns lying, two standing; the stopped room when all is stopped. */
import { useEffect } from 'preact/hooks'
import { t } from '../shared/i18n/index.ts'
import { Icon } from '../shared/ui/icon.tsx'
import { LiveRegions } from '../shared/ui/announce.tsx'
import { dressRoom } from '../shared/ui/mode-bar.tsx'
import { Notice } from '../shared/ui/parts.tsx'
import { PolicyDialog } from '../shared/ui/policy-dialog.tsx'
import { ResumeDialog } from '../shared/ui/resume-dialog.tsx'
import { Bar } from './bar.tsx'
import { Composer } from './composer.tsx'
import { Countdowns } from './countdowns.tsx'
import { Outbox } from './outbox.tsx'
import { Pads } from './pads.tsx'
import { Questions } from './questions.tsx'
import { Steps } from './steps.tsx'
import { Stopped } from './stopped.tsx'
import type { Keeper } from './keeper.ts'
import { Lock } from './lock.tsx'
import type { Tablet } from './tablet.ts'
import { Asking, Honest, Refused, WaitingList } from './waiting.tsx'

function Trouble({ tablet }: { tablet: Tablet }) {
  const trouble = tablet.acting.trouble.value
  if (!trouble) return null
  return (
    <div class="trouble">
      <Notice
        tone="bad"
        title={trouble.title}
        action={
          trouble.again ? (
            <button type="button" class="btn btn-p" onClick={trouble.again}>
              <Icon name="refresh" />
              {trouble.label ?? t('trouble.again')}
            </button>
          ) : (
            <button type="button" class="btn btn-s" onClick={() => (tablet.acting.trouble.value = undefined)}>
              {t('trouble.close')}
            </button>
          )
        }
      >
        {trouble.words}
      </Notice>
    </div>
  )
}

function NotLive({ tablet }: { tablet: Tablet }) {
  const event = tablet.store.event.value
  if (!event || event.state === 'live') return null
  if (event.state === 'draft' || event.state === 'scheduled') {
    return (
      <Notice
        tone="info"
        icon="play"
        title={t('notlive.title')}
        action={
          <button type="button" class="btn btn-p btn-lg" onClick={() => tablet.goLive()}>
            {t('notlive.go')}
          </button>
        }
      >
        {t('notlive.sub', { s: event.delay_s })}
      </Notice>
    )
  }
  return (
    <Notice tone="info" title={t('ended.title')}>
      {t('ended.sub')}
    </Notice>
  )
}

export function App({ tablet, keeper }: { tablet: Tablet; keeper: Keeper }) {
  const mode = tablet.mode.value
  const title = tablet.store.event.value?.title ?? ''
  useEffect(() => dressRoom(mode, t('title.presenter', { title })), [mode.bar, mode.within, title])
  if (keeper.locked.value || keeper.wiped.value) {
    return (
      <>
        <Bar tablet={tablet} />
        <Lock keeper={keeper} acting={tablet.acting} event_id={tablet.config.event_id} pressed={() => void tablet.sender.holdBack()} />
        <LiveRegions />
      </>
    )
  }
  return (
    <>
      <a class="skip" href="#send">
        {t('skip.send')}
      </a>
      <Bar tablet={tablet} />
      {mode.bar === 'stop' ? (
        <Stopped tablet={tablet} />
      ) : (
        // In the order of the keyboard: Undo, composer, Send, steps, questions, HOLD, STOP. The grid has places of its own.
        <main class="tab">
          <div class="now">
            <div class="top">
              <Trouble tablet={tablet} />
              <NotLive tablet={tablet} />
              <Asking tablet={tablet} />
              <Refused tablet={tablet} />
              <Honest tablet={tablet} />
              <Countdowns tablet={tablet} />
            </div>
            <Composer tablet={tablet} />
          </div>
          <Steps tablet={tablet} />
          <aside class="side" aria-label={t('side')}>
            <Questions tablet={tablet} />
            {tablet.sender.waiting.value.length ? <WaitingList tablet={tablet} /> : <Outbox tablet={tablet} />}
            <Pads tablet={tablet} />
          </aside>
        </main>
      )}
      <PolicyDialog reading={tablet.writing.reading} acting={tablet.acting} />
      <ResumeDialog stopping={tablet.stopping} lang={tablet.writing.lang.value} />
      <LiveRegions />
    </>
  )
}
