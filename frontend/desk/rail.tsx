/** The way round the desk. */
import { t } from '../shared/i18n/index.ts'
import { Icon, Mark } from '../shared/ui/icon.tsx'
import { href, route, type Route } from './route.ts'

function Place({ page, icon, label, n }: { page: Route['page']; icon: string; label: string; n?: number }) {
  return (
    <a href={href(page)} aria-label={label} title={label} aria-current={route.value.page === page ? 'page' : undefined}>
      <Icon name={icon} />
      {n ? <span class="num hot">{n}</span> : null}
    </a>
  )
}

interface RailProps {
  inEvent: boolean
  /** Updates that wait for a second person. */
  waiting?: number
  /** Replies that ask for help and wait for a person. */
  pleas?: number
  troubled: number
  people: boolean
  /** What waits for a second person; undefined for whoever may not see it. */
  two: number | undefined
  tablets?: boolean
  consent?: boolean
  audit?: boolean
  drills?: boolean
}

export function Rail({ inEvent, troubled, people, two, tablets, waiting, pleas, consent, audit, drills }: RailProps) {
  return (
    <nav class="rail" aria-label={t('nav')}>
      <a class="home" href="/desk" aria-label={t('nav.home')}>
        <Mark />
      </a>
      {inEvent ? (
        <>
          <Place
            page="desk"
            icon="bolt"
            label={[waiting ? t('nav.desk.n', { n: waiting }) : t('nav.desk'), ...(pleas ? [t('plea.came', { n: pleas })] : [])].join(' · ')}
            n={(waiting ?? 0) + (pleas ?? 0)}
          />
          <Place page="delivery" icon="send" label={t('nav.delivery')} />
          <Place page="steps" icon="list" label={t('cue')} />
        </>
      ) : (
        <Place page="events" icon="play" label={t('nav.events')} />
      )}
      {people && <Place page="people" icon="users" label={t('nav.people')} />}
      {consent && <Place page="consent" icon="shield" label={t('consent')} />}
      {drills && <Place page="drills" icon="drill" label={t('drill')} />}
      {tablets && <Place page="tablets" icon="phone" label={t('tablets')} />}
      {audit && <Place page="audit" icon="history" label={t('audit')} />}
      <span class="sp" />
      {two !== undefined && <Place page="two" icon="checks" label={two ? t('nav.two.n', { n: two }) : t('two')} n={two} />}
      <Place page="channels" icon="plug" label={troubled ? t('nav.channels.n', { n: troubled }) : t('nav.channels')} n={troubled} />
      <Place page="me" icon="user" label={t('me')} />
    </nav>
  )
}
