/** The tries at a delivery, one after the other, and what comes next and when: a line of points, in words. */
import { useSignal } from '@preact/signals'
import type { Again, Ahead, Attempt, DeliveryDetail } from '../shared/commands.ts'
import { t, tCode } from '../shared/i18n/index.ts'
import { now_ms } from '../shared/tick.ts'
import { chosenLength, clock, clockSeconds, length } from '../shared/when.ts'

/** So many points are read at a glance; of more, those in the middle are shown when somebody asks. */
const AT_ONCE = 6

/** One point of the line. `shape` is its colour's word: filled, hatched, hollow. */
interface Point {
  key: string
  shape: 'ok' | 'no' | 'doubt' | 'next' | 'later'
  at: string
  iso?: string
  title: string
  words: readonly { text: string; lang?: string }[]
}

const SHAPES: Record<string, Point['shape']> = { taken: 'ok', in_doubt: 'doubt', under_way: 'next' }

/** Which of many stand in the line until somebody asks for all: the first, and the last ones. Pure. */
export function shownOf<T>(all: readonly T[]): { before: readonly T[]; hidden: number; after: readonly T[] } {
  if (all.length <= AT_ONCE) return { before: all, hidden: 0, after: [] }
  return { before: all.slice(0, 1), hidden: all.length - AT_ONCE, after: all.slice(1 - AT_ONCE) }
}

function outcome(attempt: Attempt): string {
  if (attempt.reached === 'under_way') return t('attempt.open')
  return attempt.outcome ? tCode('attempt', attempt.outcome.toLowerCase(), t('attempt.ours')) : t('attempt.lost')
}

function pointOf(attempt: Attempt, parts: number): Point {
  const said = attempt.reached === 'taken' ? '' : attempt.words
  const took_s = attempt.finished_at ? (Date.parse(attempt.finished_at) - Date.parse(attempt.intent_at)) / 1000 : 0
  return {
    key: `${attempt.part}-${attempt.n}-${attempt.intent_at}`,
    shape: SHAPES[attempt.reached] ?? 'no',
    at: clockSeconds(attempt.intent_at),
    iso: attempt.intent_at,
    title: outcome(attempt),
    words: [
      ...(parts > 1 ? [{ text: t('tries.part', { n: attempt.part, parts }) }] : []),
      { text: t(`reached.${attempt.reached}`) },
      // With a code the platform itself spoke; without one, the connection did.
      ...(said ? [{ text: attempt.code ? t('tries.said', { words: said, code: attempt.code }) : said, lang: 'en' }] : []),
      // What was answered at once needs no length.
      ...(took_s >= 2 ? [{ text: t('tries.took', { time: length(took_s) }) }] : []),
    ],
  }
}

function comes(step: Ahead): Point {
  const at = step.at && Date.parse(step.at) > now_ms.value ? step.at : undefined
  const left_s = at ? (Date.parse(at) - now_ms.value) / 1000 : 0
  const soon = step.what === 'try' || step.what === 'look'
  return {
    key: step.what,
    shape: soon ? 'next' : 'later',
    at: at ? (soon ? clockSeconds(at) : clock(at)) : t(soon ? 'ahead.now' : 'ahead.then'),
    ...(at && { iso: at }),
    title: t(`ahead.${step.what}`),
    words: [
      ...(soon && at ? [{ text: t('ahead.in', { time: length(left_s) }) }] : []),
      ...(step.what === 'more' && step.every_s ? [{ text: t('ahead.more.every', { time: chosenLength(step.every_s) }) }] : []),
      ...(step.what === 'end' ? [{ text: t('ahead.end.sub') }] : []),
    ],
  }
}

function pointsOf(again: Again): Point[] {
  const one = again.next_at === again.last_next_at
  const due = Date.parse(again.next_at) > now_ms.value
  return [
    ...again.rounds.map((round): Point => ({
      key: `${round.n}-${round.reached}`,
      shape: SHAPES[round.reached] ?? 'no',
      at: clockSeconds(round.first_at),
      iso: round.first_at,
      title: t('again.try', { n: round.n }),
      words: [{ text: t('again.people', { n: round.people, what: tCode('reached', round.reached, '') }) }],
    })),
    {
      key: 'next',
      shape: 'next',
      at: due ? clockSeconds(again.next_at) : t('ahead.now'),
      ...(due && { iso: again.next_at }),
      title: t(again.looked_for === again.people ? 'ahead.look' : 'ahead.try'),
      words: [
        ...(due ? [{ text: t('ahead.in', { time: length((Date.parse(again.next_at) - now_ms.value) / 1000) }) }] : []),
        ...(one ? [] : [{ text: t('again.until', { time: clockSeconds(again.last_next_at) }) }]),
        ...(again.looked_for && again.looked_for < again.people ? [{ text: t('again.looked', { n: again.looked_for }) }] : []),
      ],
    },
  ]
}

function One({ point }: { point: Point }) {
  return (
    <li class={point.shape}>
      {point.iso ? <time dateTime={point.iso}>{point.at}</time> : <span class="at">{point.at}</span>}
      <b>{point.title}</b>
      {point.words.map(({ text, lang }) => (
        <span key={text} class="t2" lang={lang}>
          {text}
        </span>
      ))}
    </li>
  )
}

function Line({ done, next }: { done: readonly Point[]; next: readonly Point[] }) {
  const all = useSignal(false)
  const { before, hidden, after } = all.value ? { before: done, hidden: 0, after: [] } : shownOf(done)
  return (
    <ol class="tl" aria-labelledby="h-tries">
      {before.map((point) => (
        <One key={point.key} point={point} />
      ))}
      {hidden > 0 && (
        <li class="no rest">
          <button type="button" class="btn btn-s btn-xs" aria-expanded="false" onClick={() => (all.value = true)}>
            {t('tries.more', { n: hidden })}
          </button>
        </li>
      )}
      {[...after, ...next].map((point) => (
        <One key={point.key} point={point} />
      ))}
    </ol>
  )
}

export function Tries({ detail, people, failed }: { detail: DeliveryDetail | undefined; people: boolean; failed: boolean }) {
  const again = detail?.again
  const done = again ? pointsOf(again) : (detail?.attempts ?? []).map((attempt) => pointOf(attempt, detail?.parts.length ?? 1))
  const next = again ? [] : (detail?.ahead ?? []).map(comes)
  return (
    <section class="card" aria-labelledby="h-tries">
      <div class="ph">
        <h2 id="h-tries">{again ? t('again', { n: again.people }) : t('tries')}</h2>
        {again && <span class="t2 small">{t('again.once')}</span>}
      </div>
      {failed && <p class="pb t2">{t('tries.failed')}</p>}
      {detail && !done.length && <p class="pb t2">{t(people ? 'tries.people' : 'tries.none')}</p>}
      {done.length + next.length > 0 && <Line done={done} next={next} />}
    </section>
  )
}
