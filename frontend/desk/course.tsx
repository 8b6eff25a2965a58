/** How a list went out over time: what had left as a line, what arrived as an area below it, and both as a table. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { readCourse, type Course } from '../shared/commands.ts'
import { t } from '../shared/i18n/index.ts'
import { clockSeconds, length } from '../shared/when.ts'
import type { DeskDelivery } from '../shared/wire.ts'

const WIDTH = 700
const HEIGHT = 168
/** Rows of the table: every step would be a page of numbers. */
const ROWS = 10
/** A list is counted anew with every few people; the chart looks at most so often. */
const LOOK_MS = 3_000

const points = (values: readonly number[], most: number): string =>
  values.map((value, at) => `${((at / Math.max(1, values.length - 1)) * WIDTH).toFixed(1)} ${(HEIGHT - (value / most) * HEIGHT).toFixed(1)}`).join('L')

/** The steps that a table shows: evenly over all of them, the last one always. Pure. */
export function rowsOf(steps: number): number[] {
  const by = Math.max(1, Math.ceil((steps - 1) / ROWS))
  const all = Array.from({ length: steps }, (_, at) => at).filter((at) => at > 0 && (steps - 1 - at) % by === 0)
  return all.length ? all : steps ? [steps - 1] : []
}

/** Seconds until half of those that left had left. Pure. */
export function halfAfter_s({ sent, step_s }: Course): number {
  const all = sent.at(-1) ?? 0
  return Math.max(1, sent.findIndex((n) => n * 2 >= all)) * step_s
}

function Drawing({ course }: { course: Course }) {
  const { sent, delivered, people, since, step_s } = course
  const last = sent.length - 1
  const at = (step: number): string => clockSeconds(Date.parse(since) + step * step_s * 1000)
  const most = Math.max(1, people, ...sent)
  const out = sent[last] ?? 0
  const arrived = delivered[last] ?? 0
  const words = t('chart.words', { out, people, arrived, time: at(last), half: length(halfAfter_s(course)) })
  return (
    <>
      <div class="chart">
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={words}>
          <path class="grid" d={`M0 ${HEIGHT}H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 0H${WIDTH}`} />
          <path class="came" d={`M0 ${HEIGHT}L${points(delivered, most)}L${WIDTH} ${HEIGHT}Z`} />
          <path class="left" d={`M${points(sent, most)}`} />
        </svg>
        <div class="ys" aria-hidden="true">
          <span>{most.toLocaleString()}</span>
          <span>{Math.round(most / 2).toLocaleString()}</span>
          <span>0</span>
        </div>
        <div class="xs" aria-hidden="true">
          <span>{at(0)}</span>
          <span>{at(last)}</span>
        </div>
      </div>
      <ul class="legend">
        <li>
          <i class="line" aria-hidden="true" /> {t('chart.left', { n: out })}
        </li>
        <li>
          <i class="area" aria-hidden="true" /> {t('chart.came', { n: arrived })}
        </li>
      </ul>
      <details class="pb">
        <summary>{t('chart.table')}</summary>
        <div class="scroll" tabIndex={0} role="group" aria-label={t('chart.table')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('chart.time')}</th>
                <th scope="col" class="ra">
                  {t('delivery.sent')}
                </th>
                <th scope="col" class="ra">
                  {t('delivery.delivered')}
                </th>
              </tr>
            </thead>
            <tbody>
              {rowsOf(sent.length).map((step) => (
                <tr key={step}>
                  <th scope="row">{at(step)}</th>
                  <td class="ra">{sent[step]!.toLocaleString()}</td>
                  <td class="ra">{delivered[step]!.toLocaleString()}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  )
}

export function CourseChart({ delivery }: { delivery: DeskDelivery }) {
  const course = useSignal<Course | undefined>(undefined)
  const version = useRef(delivery.version)
  version.current = delivery.version
  useEffect(() => {
    let [here, seen, asking] = [true, -1, false]
    const look = () => {
      if (asking || seen === version.current) return
      asking = true
      const asked = version.current
      readCourse(delivery.id)
        .then(
          (found) => {
            seen = asked
            if (here) course.value = found
          },
          () => undefined, // the numbers are on the page without it; the next look tries again
        )
        .finally(() => (asking = false))
    }
    look()
    const timer = setInterval(look, LOOK_MS)
    return () => {
      here = false
      clearInterval(timer)
    }
  }, [delivery.id])
  if (!course.value || course.value.people === 0 || (course.value.sent.at(-1) ?? 0) === 0) return null
  return (
    <section class="card" aria-labelledby="h-chart">
      <div class="ph">
        <h2 id="h-chart">{t('chart.title')}</h2>
      </div>
      <Drawing course={course.value} />
    </section>
  )
}
