/** The list of events, and starting one. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Acting } from '../shared/acting.ts'
import * as commands from '../shared/commands.ts'
import { t, tCode } from '../shared/i18n/index.ts'
import { Icon } from '../shared/ui/icon.tsx'
import { Chip, Empty, Severity, type Tone } from '../shared/ui/parts.tsx'
import { TroubleNotice } from '../shared/ui/trouble.tsx'
import type { EventState } from '../shared/wire.ts'
import { NewEventForm } from './new-event.tsx'
import { href } from './route.ts'

function stateOf(event: EventState): { words: string; tone: Tone } {
  if (event.sending === 'stop' && event.state === 'live') return { words: t('mode.stop'), tone: 'bad' }
  if (event.sending === 'hold' && event.state === 'live') return { words: t('mode.hold'), tone: 'warn' }
  return { words: tCode('event', event.state, event.state), tone: event.state === 'live' ? 'ok' : '' }
}

export function EventsPage({ acting, session, may, admin }: { acting: Acting; session: commands.Session; may: boolean; admin: boolean }) {
  const events = useSignal<EventState[] | undefined>(undefined)
  const adding = useSignal(false)
  useEffect(() => acting.opened(async () => void (events.value = await commands.readEvents())), [])
  const trouble = acting.trouble.value
  return (
    <main class={adding.value ? 'pg two' : 'pg'} id="main">
      <div class="ls">
        <div class="row">
          <h1>{t('events')}</h1>
          <span class="sp" />
          {admin && (
            <a class="btn btn-q" href={href('setup')}>
              {t('setup.title')}
            </a>
          )}
          {may && (
            <button type="button" class="btn btn-s" onClick={() => (adding.value = true)}>
              <Icon name="plus" />
              {t('events.new')}
            </button>
          )}
        </div>
        {!adding.value && <TroubleNotice trouble={trouble} />}
        {events.value &&
          (events.value.length ? (
            <ul class="card">
              {events.value.map((event) => {
                const { words, tone } = stateOf(event)
                return (
                  <li class="cc" key={event.id}>
                    <span class="ch">
                      <Icon name={event.kind === 'crisis' ? 'bolt' : 'play'} />
                    </span>
                    <div>
                      <h2>
                        <a href={`/desk/${event.slug}`}>{event.title}</a>
                      </h2>
                      <p>{event.place}</p>
                    </div>
                    <div class="row wrap">
                      <Chip tone={tone}>{words}</Chip>
                      {event.severity && <Severity level={event.severity.toLowerCase()} words={tCode('sev', event.severity, event.severity)} />}
                    </div>
                    <div class="en row">
                      <a class="btn btn-s btn-sm" href={`/presenter/${event.slug}`}>
                        {t('events.tablet')}
                      </a>
                      <a class="btn btn-p btn-sm" href={`/desk/${event.slug}`}>
                        {t('nav.desk')}
                      </a>
                    </div>
                  </li>
                )
              })}
            </ul>
          ) : (
            <Empty icon="bolt" title={t('events.none')}>
              {t('events.none.sub')}
            </Empty>
          ))}
      </div>
      {adding.value && <NewEventForm acting={acting} delays={session.delays} onClose={() => (adding.value = false)} />}
    </main>
  )
}
