/**
 * Setting the house up in five steps, each with an address of its own: leave at any of them and come back.
 *
 * Every step tells what the server knows and leads to the page where it is changed; nothing is kept here.
 */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { ComponentChildren } from 'preact'
import type { Acting } from '../shared/acting.ts'
import * as commands from '../shared/commands.ts'
import { t } from '../shared/i18n/index.ts'
import { Icon } from '../shared/ui/icon.tsx'
import { Notice } from '../shared/ui/parts.tsx'
import { TroubleNotice } from '../shared/ui/trouble.tsx'
import { canApprove, isDone, nextOpen, STEPS, type Known, type Step } from './setup-steps.ts'
import { href, route } from './route.ts'

export function SetUpPage({ acting, session }: { acting: Acting; session: commands.Session }) {
  const known = useSignal<Known | undefined>(undefined)
  useEffect(
    () =>
      acting.opened(async () => {
        const [people, channels] = await Promise.all([commands.readPeople(), commands.readChannels()])
        known.value = { session, people, channels }
      }),
    [],
  )
  const facts = known.value
  const asked = STEPS.find((one) => one === route.value.id)
  // Which step is next is not known before the server has told what is done.
  const step = asked ?? (facts && nextOpen(facts))
  const n = step ? STEPS.indexOf(step) + 1 : 0
  const before = STEPS[n - 2]
  const after = step && STEPS[n]
  // Whoever goes on to a step starts reading at its heading; opening the page moves nothing.
  const seen = useRef(asked)
  useEffect(() => {
    if (asked !== seen.current) document.getElementById('h-setup')?.focus()
    seen.current = asked
  }, [asked])
  return (
    <main class="pg" id="main">
      <div class="ls wz">
        <nav aria-label={t('setup.title')}>
          <p class="say">{t('setup.say')}</p>
          <ol>
            {STEPS.map((one, i) => {
              const done = facts !== undefined && isDone(one, facts)
              return (
                <li key={one} data-n={i + 1} class={one === step ? 'on' : done ? 'dn' : ''}>
                  <a href={href('setup', one)} aria-current={one === step ? 'step' : undefined}>
                    {t(`setup.${one}`)}
                    {done && <span class="vh"> {t('setup.done')}</span>}
                  </a>
                  {facts && <small>{brief(one, facts)}</small>}
                </li>
              )
            })}
          </ol>
        </nav>
        <section aria-labelledby="h-setup">
          {step && <p class="t2">{t('setup.of', { n, all: STEPS.length })}</p>}
          <h1 id="h-setup" tabIndex={-1}>
            {t(step ? `setup.${step}` : 'setup.title')}
          </h1>
          <TroubleNotice trouble={acting.trouble.value} />
          {step && facts && <StepBody step={step} facts={facts} />}
          <div class="row wrap">
            {before && (
              <a class="btn btn-q btn-lg" href={href('setup', before)}>
                {t('setup.back')}
              </a>
            )}
            <span class="sp" />
            {!step ? null : after ? (
              <a class="btn btn-p btn-lg" href={href('setup', after)}>
                {t('setup.next', { step: t(`setup.${after}`) })}
              </a>
            ) : (
              <a class="btn btn-p btn-lg" href={href('events')}>
                {t('setup.events')}
              </a>
            )}
          </div>
        </section>
      </div>
    </main>
  )
}

/** What stands under a step's name. */
function brief(step: Step, { session, people, channels }: Known): string {
  switch (step) {
    case 'hospital':
      return session.hospital
    case 'people':
      return t('setup.people.n', { n: people.filter(({ person }) => !person.disabled).length, approve: canApprove(people).length })
    case 'channels':
      return t('setup.channels.n', { n: channels.filter((one) => one.state !== 'paused' && one.probe_ok).length, all: channels.length })
    case 'rules':
      return ''
    case 'drill':
      return t('setup.drill.n')
  }
}

function StepBody({ step, facts }: { step: Step; facts: Known }) {
  const { session, people, channels } = facts
  const approvers = canApprove(people)
  const addPerson = (
    <a class="btn btn-s" href={href('people')}>
      {t('people.add')}
    </a>
  )
  const few = approvers.length < 2 && (
    <Notice tone="warn" title={t('setup.few')} action={addPerson}>
      {approvers[0] ? t('setup.few.one', { name: approvers[0].name }) : t('setup.few.none')}
    </Notice>
  )
  switch (step) {
    case 'hospital':
      return (
        <div class="card">
          <Rule icon="building" title={session.hospital}>
            {t('setup.hospital.sub')} <code>TOCSIN_HOSPITAL</code>
          </Rule>
          <Rule icon="link" title={location.origin}>
            {t('setup.address.sub')} <code>TOCSIN_PUBLIC_URL</code>
          </Rule>
        </div>
      )
    case 'people':
      return (
        <>
          <p class="t2">{t('setup.second.sub')}</p>
          <div class="card">
            <Rule icon="users" title={brief('people', facts)} action={addPerson}>
              {t('people.add.hint')}
            </Rule>
          </div>
          {few}
        </>
      )
    case 'channels':
      return (
        <>
          <p class="t2">{t('channels.sub')}</p>
          <div class="card">
            <Rule
              icon="plug"
              title={brief('channels', facts)}
              action={
                <a class="btn btn-s" href={href('channels')}>
                  {t(channels.length ? 'channels' : 'channels.add')}
                </a>
              }
            >
              {t('channels.sealed')}
            </Rule>
          </div>
        </>
      )
    case 'rules':
      return (
        <>
          <p class="t2">{t('setup.rules.sub')}</p>
          <div class="card">
            <Rule icon="clock" title={t('setup.wait')}>
              {t('setup.wait.sub', {
                surgery: session.delays.surgery?.usual_s ?? 0,
                crisis: session.delays.crisis?.usual_s ?? 0,
              })}
            </Rule>
            <Rule icon="users" title={t('setup.two')}>
              {t('setup.two.sub')}
            </Rule>
            <Rule icon="shield" title={t('setup.guard')}>
              {t('setup.guard.sub')}
            </Rule>
            <Rule icon="stop" title={t('setup.stop')}>
              {t('setup.stop.sub')}
            </Rule>
            <Rule icon="bolt" title={t('setup.unreached')}>
              {t('setup.unreached.sub')}
            </Rule>
          </div>
          {few}
        </>
      )
    case 'drill':
      return (
        <>
          <p class="t2">{t('drill.sub')}</p>
          <div class="card">
            {session.drill ? (
              <Rule icon="drill" title={t('setup.drill.here')}>
                {t('setup.drill.here.sub')}
              </Rule>
            ) : (
              <Rule icon="drill" title={t('setup.drill.own')}>
                {t('setup.drill.own.sub')} <code>tocsin serve --drill</code>
              </Rule>
            )}
          </div>
        </>
      )
  }
}

function Rule({ icon, title, children, action }: { icon: string; title: string; children: ComponentChildren; action?: ComponentChildren }) {
  return (
    <div class="rule">
      <Icon name={icon} />
      <div>
        <h2>{title}</h2>
        <p>{children}</p>
      </div>
      {action}
    </div>
  )
}
