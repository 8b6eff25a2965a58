/** The desk outside of an event: the list, channels, people. */
import { useEffect, useMemo } from 'preact/hooks'
import { Acting } from '../shared/acting.ts'
import { signOut, type Session } from '../shared/commands.ts'
import { forgetKnown } from '../shared/forgetting.ts'
import { t } from '../shared/i18n/index.ts'
import { modeOf } from '../shared/mode.ts'
import { dressRoom, ModeBar } from '../shared/ui/mode-bar.tsx'
import { Shell } from './app.tsx'
import { AccountPage } from './account.tsx'
import { Channels, ChannelsPage } from './channels.tsx'
import { EventsPage } from './events.tsx'
import { PeoplePage } from './people.tsx'
import { Rail } from './rail.tsx'
import { route } from './route.ts'
import { SetUpPage } from './setup.tsx'
import { TwoPeoplePage, TwoPeople } from './two-people.tsx'

export function Front({ session }: { session: Session }) {
  const acting = useMemo(() => new Acting(false), [])
  const two = useMemo(() => new TwoPeople(acting, session), [acting])
  const channels = useMemo(() => new Channels(acting, two), [acting])
  const mode = modeOf(undefined, session.drill)
  useEffect(() => dressRoom(mode, t('title.app')), [])
  // Only a role on every event counts here; the server decides again.
  const everywhere = new Set(session.roles.filter((role) => role.event_id === '*').map((role) => role.role))
  const mayRead = ['admin', 'approver', 'auditor'].some((role) => everywhere.has(role))
  const mayConfirm = everywhere.has('admin') || everywhere.has('approver')
  useEffect(() => {
    if (mayRead) two.start()
  }, [two])
  const { page } = route.value
  return (
    <Shell
      bar={
        <ModeBar mode={mode}>
          <span class="thin sub">{t(session.drill ? 'mode.drill.sub' : 'mode.standby.sub')}</span>
          <span class="sp" />
          <span class="thin wide">{session.person.name}</span>
          <button
            type="button"
            class="btn btn-sm btn-s in-bar"
            onClick={() => void acting.once('out', async () => void (await signOut(), await forgetKnown(), location.assign('/sign-in')))}
          >
            {t('signout')}
          </button>
        </ModeBar>
      }
      rail={<Rail inEvent={false} troubled={0} people two={mayRead ? two.waiting : undefined} />}
    >
      {page === 'channels' ? (
        <ChannelsPage page={channels} may={everywhere.has('admin')} />
      ) : page === 'people' ? (
        <PeoplePage acting={acting} two={two} may={everywhere.has('admin')} me={session.person.id} />
      ) : page === 'two' ? (
        <TwoPeoplePage two={two} may={mayConfirm} />
      ) : page === 'setup' && everywhere.has('admin') ? (
        <SetUpPage acting={acting} session={session} />
      ) : page === 'me' ? (
        <AccountPage acting={acting} name={session.person.name} />
      ) : (
        <EventsPage acting={acting} session={session} admin={everywhere.has('admin')} may={everywhere.has('admin') || everywhere.has('approver')} />
      )}
    </Shell>
  )
}
