/** How a drill went: the team against the pack's goals, and each person by what they had occasion to do. */
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { t, tCode, type Key } from '../shared/i18n/index.ts'
import { Icon } from '../shared/ui/icon.tsx'
import { Chip, Empty } from '../shared/ui/parts.tsx'
import { chosenLength, clock, day, length } from '../shared/when.ts'
import type { Desk } from './desk.ts'
import type { Inject, Report, Score } from './drills.ts'
import { href } from './route.ts'

const GOALS = ['first_message_s', 'correction_s', 'approval_s', 'silence_s', 'guard_blocks'] as const
type Goal = (typeof GOALS)[number]

const said = (goal: Goal, value: number) => (goal === 'guard_blocks' ? String(value) : length(value))

/** A measured time, and in words and shape whether it was in time. */
function Measured({ score, goal }: { score: Score; goal: Goal }) {
  const value = score[goal]
  const met = score.goals[goal]
  if (value === null) return <span class="t3">–</span>
  return (
    <span class={met === false ? 'ct-bad b nowrap' : 'nowrap'}>
      {said(goal, value)}
      {met !== undefined && (
        <>
          {' '}
          <Icon name={met ? 'check' : 'alert'} size={14} />
          <span class="vh">{t(met ? 'score.met' : 'score.missed')}</span>
        </>
      )}
    </span>
  )
}

function Team({ report }: { report: Report }) {
  const { team, run } = report
  return (
    <section class="card" aria-labelledby="h-team">
      <div class="ph">
        <h2 id="h-team">{t('score.team')}</h2>
        <span class="sp" />
        <b class="big">{team.score === null ? t('score.none') : t('score.of', { n: team.score })}</b>
      </div>
      <dl class="goals">
        {GOALS.filter((goal) => goal in team.goals).map((goal) => (
          <div key={goal}>
            <dt>{t(`score.${goal}` as Key)}</dt>
            <dd>
              {team[goal] === null ? <b class="ct-bad">{t('score.never')}</b> : <Measured score={team} goal={goal} />}
              <span class="t3 small">{t('score.goal', { goal: goal === 'guard_blocks' ? String(run.goals[goal] ?? 0) : chosenLength(run.goals[goal] ?? 0) })}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function People({ report }: { report: Report }) {
  return (
    <section class="card" aria-labelledby="h-each">
      <div class="ph">
        <h2 id="h-each">{t('score.people')}</h2>
      </div>
      {report.people.length ? (
        <div class="scroll" tabIndex={0} role="group" aria-labelledby="h-each">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('score.person')}</th>
                <th scope="col">{t('score.score')}</th>
                <th scope="col">{t('score.messages')}</th>
                <th scope="col">{t('score.first_message_s')}</th>
                <th scope="col">{t('score.correction_s')}</th>
                <th scope="col">{t('score.approvals')}</th>
                <th scope="col">{t('score.approval_s')}</th>
                <th scope="col">{t('score.guard_blocks')}</th>
                <th scope="col">{t('score.undone')}</th>
                <th scope="col">{t('score.holds')}</th>
              </tr>
            </thead>
            <tbody>
              {report.people.map(({ who, name, score }) => (
                <tr key={who}>
                  <th scope="row">{name || tCode('score.who', who.split(':')[0] ?? '', who)}</th>
                  <td class="b">{score.score === null ? <span class="t3">{t('score.nogoal')}</span> : t('score.of', { n: score.score })}</td>
                  <td>{score.messages}</td>
                  <td>
                    <Measured score={score} goal="first_message_s" />
                  </td>
                  <td>
                    <Measured score={score} goal="correction_s" />
                  </td>
                  <td>
                    {score.approvals}
                    {score.sent_back > 0 && <span class="t2"> {t('score.back', { n: score.sent_back })}</span>}
                  </td>
                  <td>
                    <Measured score={score} goal="approval_s" />
                  </td>
                  <td>
                    <Measured score={score} goal="guard_blocks" />
                  </td>
                  <td>{score.undone}</td>
                  <td>{score.holds}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <Empty icon="users">{t('score.nobody')}</Empty>
      )}
    </section>
  )
}

export function ScorePage({ desk, id, given }: { desk: Desk; id: string; given: (injects: readonly Inject[]) => ComponentChildren }) {
  const report = useSignal<Report | undefined>(undefined)
  // While it runs its score moves with what it gives; afterwards it stands.
  const known = desk.drills.runs.value?.find((run) => run.id === id)
  useEffect(
    () => void desk.acting.once(`score ${id}`, async () => void (report.value = await desk.drills.readReport(id))),
    [id, known?.state, known?.injects.length],
  )
  const run = report.value?.run
  return (
    <main class="pg" id="main" tabIndex={-1}>
      <div class="ls" role="region" aria-label={t('drill.score')} tabIndex={0}>
        <div class="row wrap">
          <a class="btn btn-q btn-sm btn-ic back" href={href('drills')} aria-label={t('drill.back')}>
            <Icon name="right" />
          </a>
          <h1>{run ? run.title : t('drill.score')}</h1>
          {run && <Chip tone={run.state === 'running' ? 'drillc' : ''}>{tCode('drill.state', run.state, run.state)}</Chip>}
        </div>
        {run && report.value && (
          <>
            <p class="t2">
              {t('drill.when', { day: day(run.started_at), time: clock(run.started_at) })}{' '}
              {run.ended_at && t('score.lasted', { for: length((Date.parse(run.ended_at) - Date.parse(run.started_at)) / 1000) })} {t('score.sub')}
            </p>
            <Team report={report.value} />
            <People report={report.value} />
            <section class="card" aria-labelledby="h-given">
              <div class="ph">
                <h2 id="h-given">{t('score.given')}</h2>
              </div>
              {given(run.injects)}
            </section>
          </>
        )}
      </div>
    </main>
  )
}
