/** The head of the page and the pinned boxes: severity, headline, how things stand, the promise, what to do. */
import type { Liveness } from '../shared/stream.ts'
import type { EventState, Item } from '../shared/wire.ts'
import { h, icon } from './dom.ts'
import type { Speech } from './page.ts'
import { isDelayed, stateOf, type State } from './state.ts'
import { chosen } from './texts.ts'

const BARS: Record<string, number> = { Extreme: 4, Severe: 3, Moderate: 2, Minor: 1, Unknown: 0 }
/** A course of more steps is told in words alone. */
const MOST_MARKS = 30
const BOXES = { do: 'do', know: 'k', unknown: 'u' } as const

export type Part = (name: string) => HTMLElement | null

function put(element: HTMLElement | null, text: string): void {
  if (!element) return
  if (element.textContent !== text) element.textContent = text
  element.hidden = text === ''
}

/** What the event itself says; called when it changes. */
export function showEvent(part: Part, event: EventState, items: readonly Item[], speech: Speech): void {
  const crisis = event.kind === 'crisis'
  const severity = part('severity')
  const level = event.severity ?? ''
  severity?.replaceChildren(...(level in BARS ? [severityLabel(level, speech)] : []))
  document.title = titleOf(event, speech)
  put(part('headline'), crisis ? event.headline || event.title : event.title)
  put(part('lead'), crisis ? '' : event.headline)
  put(part('delay'), isDelayed(event) ? speech.say('view.delayed') : '')
  put(part('notice'), stateOf(event) === 'paused' ? speech.say('stop.public') : '')
  showBoxes(part, event, items, speech)
  const promise = aboutPatient(event, speech)
  part('patient-says')?.replaceChildren(...promise.map((said) => h('p', {}, said)))
  const patient = part('patient')
  if (patient) patient.hidden = promise.length === 0
}

/** What the page promises about the patient; the twin of `about_patient` in app/feeds/event_page.py. */
function aboutPatient(event: EventState, speech: Speech): string[] {
  if (!event.about_patient) return []
  if (event.drill) return [speech.say('view.patient.drill')]
  const isOver = stateOf(event) === 'ended'
  const said = [speech.say(isOver ? 'view.patient.was' : 'view.patient.agreed')]
  if (event.about_patient === 'unnamed') said.push(speech.say('view.patient.unnamed'))
  if (isOver) return said
  // Not how long: once the course has changed the desk may wait longer, and that is nobody's to notice here.
  return [...said, speech.say(event.delay_s ? 'view.patient.waits' : 'view.patient.checked')]
}

/** What the tab, a bookmark and whoever shares the page call it; as `page_title` in app/routes/viewer_page.py. */
function titleOf(event: EventState, speech: Speech): string {
  const { hospital, drill, drill_words } = speech.config
  const title = speech.say('view.title', { title: event.title, hospital })
  return drill ? speech.say('title.mode', { mode: drill_words, title }) : title
}

function severityLabel(level: string, speech: Speech): HTMLElement {
  const bars = [0, 1, 2, 3].map((n) => h('u', { class: n < BARS[level]! && 'on' }))
  return h(
    'span',
    { class: `sev sev-${level.toLowerCase()}` },
    h('span', { class: 'bars', 'aria-hidden': 'true' }, ...bars),
    speech.say(`view.sev.${level}`),
  )
}

/** What an ended event came to: its all clear, else its last word. It is said only while it stands. */
export function outcomeOf(event: EventState, items: readonly Item[]): Item | undefined {
  if (stateOf(event) !== 'ended') return undefined
  const said = items.filter((item) => item.type === 'update' && item.state === 'shown')
  return said.find((item) => item.label === 'all_clear') ?? said[0]
}

function showBoxes(part: Part, event: EventState, items: readonly Item[], speech: Speech): void {
  const { lang, main_lang } = speech.config
  const boxes: HTMLElement[] = []
  if (stateOf(event) === 'ended') {
    const last = outcomeOf(event, items)
    if (last) {
      const [used, text] = chosen(last.texts, lang, main_lang)
      boxes.push(
        h('div', { class: 'do' }, h('h3', {}, speech.say('view.outcome')), h('p', { dir: 'auto', lang: used }, text)),
      )
    }
  } else {
    for (const [name, look] of Object.entries(BOXES)) {
      const points = event.pinned[name]
      if (!Array.isArray(points) || !points.length) continue
      const list = points.map((point) => h('li', { dir: 'auto', lang: event.default_lang }, String(point)))
      boxes.push(h('div', { class: look }, h('h3', {}, speech.say(`pin.${name}`)), h('ul', {}, ...list)))
    }
  }
  const seen = stateOf(event) === 'ended' || !boxes.length ? undefined : event.pinned['checked_at']
  put(part('asof'), typeof seen === 'string' ? speech.say('view.asof', { time: speech.clock(seen) }) : '')
  const source = stateOf(event) === 'ended' || !boxes.length ? undefined : event.pinned['source']
  put(part('source'), typeof source === 'string' && source ? speech.say('view.source', { source }) : '')
  part('boxes')?.replaceChildren(...boxes)
  const pins = part('pins')
  if (pins) pins.hidden = boxes.length === 0
}

/** How fresh all of it is; called when anything came, and every few seconds. */
export function showStanding(
  part: Part,
  root: HTMLElement,
  event: EventState,
  items: readonly Item[],
  liveness: Liveness,
  now: number,
  speech: Speech,
): void {
  const state = stateOf(event)
  root.dataset['state'] = state
  root.dataset['link'] = liveness
  const clock = (at: string): string => speech.clock(at, now)
  const live = liveness === 'live' ? speech.say('view.live') : speech.say('view.notlive')
  const words: Record<State, string> = {
    live,
    paused: speech.say('view.paused'),
    ended: event.ended_at ? speech.say('view.ended', { time: clock(event.ended_at) }) : speech.say('view.ended.plain'),
    scheduled: speech.say('view.scheduled'),
  }
  // Until the first frame came, the page is what the server wrote, and says so.
  if (liveness !== 'connecting' || state !== 'live') put(part('standing'), words[state])
  const newest = items.find((item) => item.type === 'update')
  const fact = newest
    ? speech.say('view.last', { time: clock(newest.at) })
    : event.started_at
      ? speech.say('view.started', { time: clock(event.started_at) })
      : ''
  put(part('fact'), fact)
  const due = state === 'live' && event.promised_next_at
  const late = Boolean(due) && Date.parse(due as string) < now
  const promise = part('promise')
  put(promise, !due ? '' : late ? speech.say('view.late') : speech.say('view.next', { time: clock(due) }))
  promise?.classList.toggle('ct-warn', late)
}

/** As far as what was said and still stands has come; the twin of `step_view` in app/feeds/event_page.py. */
function stepOf(event: EventState, items: readonly Item[]): Item | undefined {
  let best: Item | undefined
  if (stateOf(event) !== 'live') return best
  for (const item of items) {
    if (item.step?.n === 0) break
    if (item.step && (!best || item.step.n > best.step!.n)) best = item
  }
  return best
}

/** Where the operation is: a mark for each step, and the sentence that says so. */
export function showStep(part: Part, event: EventState, items: readonly Item[], now: number, speech: Speech): void {
  const course = part('course')
  const item = stepOf(event, items)
  if (course) course.hidden = !item
  if (!item?.step) return
  const { n, of } = item.step
  const { lang, main_lang } = speech.config
  const [used, label] = chosen(item.step.label, lang, main_lang)
  const [before = '', after = ''] = speech.say('view.step', { n, of, time: speech.clock(item.at, now), label: '\0' }).split('\0')
  const sentence = part('step')
  if (sentence?.textContent === before + label + after) return
  const marks = Array.from({ length: of <= MOST_MARKS ? of : 0 }, (_, at) => h('i', { class: at < n - 1 ? 'done' : at === n - 1 && 'now' }))
  part('marks')?.replaceChildren(...marks)
  sentence?.replaceChildren(h('b', {}, before), h('span', { dir: 'auto', lang: used }, label), after)
}

/** The line on top when the page is not live: what the reader has, and what helps in the meantime. */
export function showConnection(part: Part, liveness: Liveness, goodAt: number, now: number, speech: Speech): void {
  const strip = part('strip')
  if (!strip) return
  const bad = liveness === 'reconnecting' || liveness === 'not-live'
  if (!bad) {
    if (strip.childNodes.length) strip.replaceChildren()
    return
  }
  const time = speech.clock(goodAt, now)
  const words = speech.say(liveness === 'reconnecting' ? 'view.reconnecting' : 'view.dead', { time })
  const number = speech.config.emergency
  const call = number ? ` ${speech.say('view.emergency', { number })}` : ''
  if (strip.textContent !== words + call) strip.replaceChildren(icon('refresh'), h('span', {}, words + call))
}
