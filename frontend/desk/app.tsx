/** The desk's shell round its pages. */
import type { ComponentChildren } from 'preact'
import { useEffect, useMemo } from 'preact/hooks'
import { t } from '../shared/i18n/index.ts'
import { LiveRegions } from '../shared/ui/announce.tsx'
import { sinceWords } from '../shared/since.ts'
import { now_ms } from '../shared/tick.ts'
import { Icon } from '../shared/ui/icon.tsx'
import { dressRoom } from '../shared/ui/mode-bar.tsx'
import { Notice } from '../shared/ui/parts.tsx'
import { PolicyDialog } from '../shared/ui/policy-dialog.tsx'
import { AccountPage } from './account.tsx'
import { ApprovalDialog, Waiting } from './approvals.tsx'
import { AuditPage } from './audit.tsx'
import { Bar } from './bar.tsx'
import { Board } from './board.tsx'
import { Channels, ChannelsPage } from './channels.tsx'
import { Compose } from './compose.tsx'
import { ConsentPage } from './consent.tsx'
import { CorrectionDialog } from './correcting.tsx'
import { DeliveryPage } from './delivery-page.tsx'
import type { Desk } from './desk.ts'
import { Dialogs } from './dialogs.tsx'
import { DrillStrip } from './drill-parts.tsx'
import { CourseBanner } from './duty.tsx'
import { Header } from './header.tsx'
import { lazily } from './lazy.tsx'
import { PeoplePage } from './people.tsx'
import { Pinned } from './pinned.tsx'
import { PleaBanner } from './plea.tsx'
import { Rail } from './rail.tsx'
import { RehearsalCard } from './rehearsal.tsx'
import { Replies } from './replies.tsx'
import { route } from './route.ts'
import { Countdowns, Sent } from './sent.tsx'
import { TabletsPage } from './tablets.tsx'
import { TwoPeoplePage, TwoSaid } from './two-people.tsx'

const CuePage = lazily(() => import('./cue-page.tsx'))
const DrillPage = lazily(() => import('./drill-page.tsx'))

function Halt({ desk }: { desk: Desk }) {
  const event = desk.store.event.value
  if (event?.sending !== 'stop') return null
  const waiting = desk.store.waiting.value.length
  const report = desk.stopping.report.value
  return (
    <section class="halt" aria-labelledby="h-halt">
      <Icon name="stop" />
      <div role="alert">
        <h2 id="h-halt">{t('halt.title', { n: waiting })}</h2>
        <p class="t2">
          {sinceWords(event, now_ms.value)} {report && t('halt.report', { n: report.not_started, people: report.recipients_not_started, flying: report.in_flight.length, doubt: report.may_be_out.length })}{' '}
          {t('stopped.who')}
        </p>
      </div>
      {desk.may('sending.restart') && (
        <button type="button" class="btn btn-p" disabled={desk.acting.busy.value.has('go on') || !desk.store.timeline.value} onClick={() => desk.stopping.restart()}>
          {t('stop.restart')}
        </button>
      )}
    </section>
  )
}

/** Pages that are also there without an event, or ask in panels of their own: what went wrong stands beside it there. */
const SAY_IT_THEMSELVES: ReadonlySet<string> = new Set(['people', 'two', 'me', 'consent', 'channels', 'audit'])

function Banners({ desk }: { desk: Desk }) {
  const trouble = desk.acting.trouble.value
  return (
    <>
      {desk.store.ended.value && (
        <div class="banner" role="alert">
          <Notice
            tone="bad"
            icon="lock"
            title={t('ended.stream')}
            action={
              <a class="btn btn-s btn-sm" href={`/sign-in?next=${encodeURIComponent(location.pathname)}`}>
                {t('signin')}
              </a>
            }
          >
            {t('ended.stream.sub')}
          </Notice>
        </div>
      )}
      {!desk.store.ended.value && desk.store.liveness.value === 'not-live' && (
        <div class="banner">
          <Notice tone="warn" icon="wifi-off" title={t('desk.offline')}>
            {t('desk.offline.sub')}
          </Notice>
        </div>
      )}
      {trouble && !SAY_IT_THEMSELVES.has(route.value.page) && desk.asking.value === undefined && !desk.approvals.reading.value && !desk.correcting.of.value && (
        <div class="banner">
          <Notice
            tone="bad"
            title={trouble.title}
            action={
              <button
                type="button"
                class="btn btn-s btn-sm"
                onClick={trouble.again ?? (() => (desk.acting.trouble.value = undefined))}
              >
                {trouble.again ? (trouble.label ?? t('trouble.again')) : t('trouble.close')}
              </button>
            }
          >
            {trouble.words}
          </Notice>
        </div>
      )}
    </>
  )
}

function Home({ desk }: { desk: Desk }) {
  const crisis = desk.store.event.value?.kind === 'crisis'
  return (
    <main class="cols" id="main">
      <div class="col">
        <Compose desk={desk} />
      </div>
      <div class="col">
        <DrillStrip desk={desk} />
        {desk.config.drill && desk.may('rehearsal.play') && <RehearsalCard acting={desk.acting} slug={desk.store.event.value?.slug ?? ''} />}
        <Waiting desk={desk} />
        <Countdowns desk={desk} />
        {crisis && <Pinned desk={desk} />}
        <section class="card flow" aria-labelledby="h-d" tabIndex={0}>
          <Board desk={desk} />
          <Sent desk={desk} />
        </section>
      </div>
      <Replies desk={desk} />
    </main>
  )
}

export function Shell({ rail, bar, children }: { rail: ComponentChildren; bar: ComponentChildren; children: ComponentChildren }) {
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(click) => {
          click.preventDefault() // the part after "#" says which page this is
          const main = document.getElementById('main')
          if (main) main.tabIndex = -1
          main?.focus()
        }}
      >
        {t('skip.main')}
      </a>
      {bar}
      {rail}
      <div class="room">{children}</div>
      <LiveRegions />
    </>
  )
}

export function App({ desk }: { desk: Desk }) {
  const mode = desk.mode.value
  const title = desk.store.event.value?.title ?? ''
  const channels = useMemo(() => new Channels(desk.acting, desk.two), [desk])
  useEffect(() => dressRoom(mode, t('title.desk', { title })), [mode.bar, mode.within, title])
  const { page, id } = route.value
  return (
    <Shell
      bar={<Bar desk={desk} />}
      rail={
        <Rail
          inEvent
          waiting={desk.approvals.waiting.value.length}
          pleas={desk.may('reply.moderate') ? desk.counts.pleas.value.length : 0}
          troubled={desk.troubled.value}
          people={desk.may('people.read')}
          two={desk.may('proposal.read') ? desk.two.waiting : undefined}
          tablets={desk.may('device.manage')}
          audit={desk.may('audit.read')}
          drills={desk.config.drill && desk.may('drill.read')}
          consent={desk.store.event.value?.kind === 'surgery' && desk.may('consent.read')}
        />
      }
    >
      <Halt desk={desk} />
      <CourseBanner desk={desk} />
      <Banners desk={desk} />
      <PleaBanner desk={desk} />
      {page === 'channels' ? (
        <ChannelsPage page={channels} may={desk.may('channel.manage')} />
      ) : page === 'people' ? (
        <PeoplePage acting={desk.acting} two={desk.two} may={desk.may('people.manage')} me={desk.session.person.id} event_id={desk.config.event_id} />
      ) : page === 'two' ? (
        <TwoPeoplePage two={desk.two} may={desk.may('proposal.confirm')} />
      ) : page === 'me' ? (
        <AccountPage acting={desk.acting} name={desk.session.person.name} approves={desk.may('update.decide') ? desk.config.event_id : undefined} />
      ) : page === 'audit' ? (
        <AuditPage desk={desk} />
      ) : page === 'consent' ? (
        <ConsentPage desk={desk} />
      ) : page === 'tablets' ? (
        <TabletsPage desk={desk} />
      ) : page === 'steps' ? (
        <CuePage desk={desk} />
      ) : page === 'drills' && desk.config.drill ? (
        <DrillPage desk={desk} id={id} />
      ) : page === 'delivery' ? (
        <DeliveryPage desk={desk} id={id} />
      ) : (
        <>
          <Header desk={desk} />
          {desk.two.said.value && (
            <div class="banner">
              <TwoSaid two={desk.two} />
            </div>
          )}
          <Home desk={desk} />
        </>
      )}
      {desk.asking.value === undefined && (
        <>
          <ApprovalDialog desk={desk} />
          <CorrectionDialog desk={desk} />
        </>
      )}
      <Dialogs desk={desk} />
      {desk.asking.value === undefined && <PolicyDialog reading={desk.writing.reading} acting={desk.acting} />}
    </Shell>
  )
}
