/** Drills: choose a scenario pack, see what it gives while it runs, and how it went for each person afterwards. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { t, tCode, type Key } from '../shared/i18n/index.ts'
import { now_ms } from '../shared/tick.ts'
import { Icon } from '../shared/ui/icon.tsx'
import { Chip, Empty, Notice } from '../shared/ui/parts.tsx'
import { chosenLength, clock, clockSeconds, day, length } from '../shared/when.ts'
import type { Desk } from './desk.ts'
import { ScorePage } from './drill-score.tsx'
import { inOrder, type Inject, type Pack, type Run } from './drills.ts'
import { href } from './route.ts'

const SPEEDS = [1, 2, 5, 10] as const
const ICONS: Record<string, string> = { note: 'info', reply: 'reply', rumour: 'rumour', crowd: 'users', fault: 'alert', clear: 'check' }

/** Where a drill may not begin: until when, who could say that they know, and the button for whoever is one of them. */
function AroundHandOver({ desk }: { desk: Desk }) {
  const found = desk.drills.clearance.value
  // The server says so at the moment of the question; a quarter of an hour passes without anybody telling.
  if (!found?.near || (found.free_at && Date.parse(found.free_at) <= now_ms.value)) return null
  const mine = found.waits_for.some((one) => one.id === desk.session.person.id)
  const others = found.waits_for.filter((one) => one.id !== desk.session.person.id).map((one) => one.name)
  return (
    <Notice
      tone="warn"
      icon="hand"
      title={t('drill.near')}
      action={
        mine &&
        desk.may('button.hand') && (
          <button type="button" class="btn btn-s btn-sm" disabled={desk.acting.busy.value.has('drill')} onClick={() => desk.drills.know()}>
            <Icon name="check" />
            {t('drill.know')}
          </button>
        )
      }
    >
      {t('drill.near.sub')}{' '}
      {found.free_at ? t('drill.near.until', { time: clock(found.free_at) }) : t('drill.near.open')}{' '}
      {mine ? t('drill.near.you') : t('drill.near.others', { names: others.join(', ') })}{' '}
      {mine && others.length > 0 && t('drill.near.others', { names: others.join(', ') })}
    </Notice>
  )
}

function Given({ injects }: { injects: readonly Inject[] }) {
  if (!injects.length) return <p class="pb t2">{t('drill.nothing')}</p>
  return (
    <ol class="injects">
      {inOrder(injects)
        .reverse()
        .map((inject) => (
          <li key={inject.n}>
            <time dateTime={inject.given_at}>{clockSeconds(inject.given_at)}</time>
            <Icon name={ICONS[inject.kind] ?? 'info'} />
            <span class="sp">
              <b>{tCode('inject', inject.kind, inject.kind)}</b>{' '}
              {inject.platform && <span class="t3">{tCode('adapter', inject.platform, inject.platform)}</span>} {inject.kind === 'fault' ? inject.text.replaceAll('_', ' ') : inject.text}
              {!inject.ok && <span class="ct-bad"> {t('inject.notgiven')}</span>}
            </span>
            {inject.calls_for === 'correction' && <Chip tone="warn">{t('inject.correct')}</Chip>}
          </li>
        ))}
    </ol>
  )
}

function Running({ desk, run, pack }: { desk: Desk; run: Run; pack: Pack | undefined }) {
  const gone_s = Math.max(0, (now_ms.value - Date.parse(run.started_at)) / 1000)
  return (
    <section class="card running" aria-labelledby="h-run">
      <div class="ph">
        <h2 id="h-run">{run.title}</h2>
        <Chip tone="drillc" icon="play">
          {t('drill.running', { for: length(gone_s) })}
        </Chip>
        <span class="sp" />
        <a class="btn btn-s btn-sm" href={href('drills', run.id)}>
          {t('drill.score.now')}
        </a>
        {desk.may('drill.run') && (
          <button type="button" class="btn btn-p btn-sm" onClick={() => desk.ask('drill')}>
            {t('drill.end')}
          </button>
        )}
      </div>
      {pack && (
        <>
          <p class="pb t2">{pack.brief}</p>
          <div class="pb">
            <div class="meter" style={{ '--v': `${Math.min(100, (100 * run.injects.length) / pack.injects).toFixed(0)}%` }} aria-hidden="true">
              <u />
            </div>
            <p class="small t2">{t('drill.of', { n: run.injects.length, all: pack.injects })}</p>
          </div>
        </>
      )}
      <Given injects={run.injects} />
    </section>
  )
}

function Choose({ desk, packs }: { desk: Desk; packs: readonly Pack[] }) {
  const chosen = useSignal<string | undefined>(undefined)
  const speed = useSignal<number>(1)
  const event = desk.store.event.value
  const fitting = packs.filter((pack) => pack.kind === event?.kind)
  const pack = fitting.find((one) => one.id === chosen.value) ?? fitting[0]
  const others = packs.length - fitting.length
  if (!pack) return <Empty icon="drill" title={t('drill.none')}>{t('drill.none.sub')}</Empty>
  const live = event?.state === 'live'
  return (
    <form
      class="card packs"
      onSubmit={(submit) => {
        submit.preventDefault()
        desk.drills.begin(pack.id, speed.value)
      }}
    >
      <fieldset>
        <legend class="ph b">{t('drill.choose')}</legend>
        {fitting.map((one) => (
          <label class={one.id === pack.id ? 'pack y' : 'pack'} key={one.id}>
            <input type="radio" name="pack" value={one.id} checked={one.id === pack.id} onChange={() => (chosen.value = one.id)} />
            <span>
              <b>{one.title}</b>
              <span class="t2">{one.brief}</span>
              <span class="row wrap small t3">
                <span>{t('drill.lasts', { for: chosenLength(one.seconds) })}</span>
                <span>{t('drill.injects', { n: one.injects })}</span>
                {Object.entries(one.goals).map(([name, value]) => (
                  <span key={name}>{t(`drill.goal.${name}` as Key, { n: value, for: chosenLength(value) })}</span>
                ))}
              </span>
            </span>
          </label>
        ))}
      </fieldset>
      {others > 0 && <p class="pb small t3">{t('drill.others', { n: others })}</p>}
      <div class="row wrap foot">
        <label class="row small">
          {t('drill.speed')}
          <select class="in" value={String(speed.value)} onChange={(change) => (speed.value = Number(change.currentTarget.value))}>
            {SPEEDS.map((n) => (
              <option key={n} value={String(n)}>
                {t('drill.speed.n', { n })}
              </option>
            ))}
          </select>
        </label>
        <span class="sp" />
        {!live && <span class="t2">{t('drill.notlive')}</span>}
        <button type="submit" class="btn btn-p" disabled={!live || desk.acting.busy.value.has('drill')}>
          <Icon name="play" />
          {t('drill.begin')}
        </button>
      </div>
    </form>
  )
}

function Earlier({ runs }: { runs: readonly Run[] }) {
  if (!runs.length) return null
  return (
    <section class="card" aria-labelledby="h-earlier">
      <div class="ph">
        <h2 id="h-earlier">{t('drill.earlier')}</h2>
        <span class="sp" />
        <a class="btn btn-s btn-sm" href="/api/v1/drills/proficiency?format=csv" download>
          <Icon name="download" />
          {t('drill.month')}
        </a>
      </div>
      <ul>
        {runs.map((run) => (
          <li class="wt" key={run.id}>
            <span class="sp">
              <b>{run.title}</b>{' '}
              <time class="t2" dateTime={run.started_at}>
                {t('drill.when', { day: day(run.started_at), time: clock(run.started_at) })}
              </time>
            </span>
            <Chip tone={run.state === 'ended' ? 'ok' : ''}>{tCode('drill.state', run.state, run.state)}</Chip>
            <a class="btn btn-s btn-sm" href={href('drills', run.id)} aria-label={t('drill.score.of', { title: run.title, time: clock(run.started_at) })}>
              {t('drill.score')}
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}

export default function DrillPage({ desk, id }: { desk: Desk; id: string }) {
  const packs = useSignal<readonly Pack[] | undefined>(undefined)
  useEffect(() => void desk.acting.once('packs', async () => void (packs.value = await desk.drills.readPacks())), [])
  if (id) return <ScorePage desk={desk} id={id} given={(injects) => <Given injects={injects} />} />
  const running = desk.drills.running.value
  return (
    <main class="pg" id="main" tabIndex={-1}>
      <div class="ls" role="region" aria-label={t('drill')} tabIndex={0}>
        <h1>{t('drill')}</h1>
        <p class="t2">{t('drill.sub')}</p>
        {!running && desk.may('drill.run') && <AroundHandOver desk={desk} />}
        {running ? (
          <Running desk={desk} run={running} pack={packs.value?.find((one) => one.id === running.pack)} />
        ) : (
          desk.may('drill.run') && packs.value && desk.drills.runs.value && <Choose desk={desk} packs={packs.value} />
        )}
        <Earlier runs={desk.drills.runs.value?.filter((run) => run.state !== 'running') ?? []} />
      </div>
    </main>
  )
}
