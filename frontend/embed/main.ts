/**
 * `<tocsin-live event="…">` on somebody else's page: a card or a bar, followed live, in a shadow of its own.
 *
 * It asks nothing of its host but to be allowed to load this script and to connect to our server: no cookie, no
 * storage, no inline style, no HTML sink. It shows our updates and never replies, so it also fits into a frame, where
 * X does not allow its posts to be shown.
 */
import { follow, type Liveness, type Stream } from '../shared/stream.ts'
import type { Timeline } from '../shared/timeline.ts'
import type { Item } from '../shared/wire.ts'
import { Announcer } from '../viewer/announcer.ts'
import { h } from '../viewer/dom.ts'
import { stateOf } from '../viewer/state.ts'
import { chosen, headlineAndRest } from '../viewer/texts.ts'
import { styles } from './style.ts'
import { speak, type Say } from './words.ts'

const SCRIPT = new URL(import.meta.url)
const HOME = SCRIPT.origin
const SHOWN = 3
const WORDS_MS = 3_000
const LABELS: Record<string, string> = { correction: 'correct.label', retraction: 'retract.label', all_clear: 'clear.label' }

/** A zone that this browser knows; names change, and older ones have fewer. Without one it is the reader's own. */
function known(zone: string | null): { timeZone?: string } {
  try {
    return zone ? { timeZone: new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone } : {}
  } catch {
    return {}
  }
}

export class TocsinLive extends HTMLElement {
  #stream: Stream | undefined
  #say: Say = (key) => key
  #timeline: Timeline | undefined
  #liveness: Liveness = 'connecting'
  /** How far the server's clock is ahead of the reader's. */
  #ahead = 0
  /** The newest update the reader has been shown; what is newer waits behind the button. */
  #seen = ''
  #announcer: Announcer | undefined
  #voice = h('p', { class: 'vh', role: 'status' })
  /** Until something is known, whatever the host put inside: a link to our page, when our server is away. */
  #body = h('div', {}, h('slot'))
  #drawn = ''

  async connectedCallback(): Promise<void> {
    const slug = this.getAttribute('event')
    if (!slug || this.#stream) return
    const shadow = this.shadowRoot ?? this.attachShadow({ mode: 'open' })
    shadow.adoptedStyleSheets = [styles()]
    shadow.replaceChildren(this.#body, this.#voice)
    if (!this.hasAttribute('always')) this.hidden = true
    const base = this.getAttribute('base') ?? HOME
    const words = speak(this.#lang(), base)
    // News do not wait for a translation that does not come: better said in English than not at all.
    this.#say = await Promise.race([words, new Promise((go) => setTimeout(go, WORDS_MS)).then(() => speak('en', base))])
    if (!this.isConnected || this.#stream) return
    void words.then((say) => {
      this.#say = say
      this.#drawn = ''
      this.#draw()
    })
    this.#announcer = new Announcer((n) => (this.#voice.textContent = this.#say('view.new', { n })))
    this.#stream = follow({
      topic: `${slug}:public`,
      base: this.getAttribute('base') ?? HOME,
      onTimeline: (timeline) => {
        this.#timeline = timeline
        const ids = this.#updates(timeline).map((one) => one.id)
        if (!this.#seen) {
          this.#seen = ids[0] ?? ''
          this.#announcer?.know(ids)
        } else this.#announcer?.news(ids)
        this.#draw()
      },
      onHeartbeat: (beat) => {
        this.#ahead = Date.parse(beat.at) - Date.now()
        this.#draw() // a promised time may have passed
      },
      onLiveness: (liveness) => {
        this.#liveness = liveness
        this.#draw()
      },
    })
  }

  disconnectedCallback(): void {
    this.#stream?.close()
    this.#stream = undefined
    this.#announcer?.close()
  }

  #lang(): string {
    return this.getAttribute('lang') || this.closest<HTMLElement>('[lang]')?.lang.slice(0, 2) || 'en'
  }

  #updates(timeline: Timeline): Item[] {
    return timeline.items.filter((one) => one.type === 'update' && one.state !== 'removed')
  }

  /** By the hospital's clock, as on its page and in its words; whoever is elsewhere is told whose time it is. */
  #clock(at: string): string {
    const when = new Date(at)
    const say = (of: Date, how: Intl.DateTimeFormatOptions): string => new Intl.DateTimeFormat(this.#lang(), how).format(of)
    const there = known(this.getAttribute('zone') ?? SCRIPT.searchParams.get('zone'))
    const date: Intl.DateTimeFormatOptions = { year: 'numeric', day: 'numeric', month: 'short' }
    const isToday = say(when, { ...date, ...there }) === say(new Date(Date.now() + this.#ahead), { ...date, ...there })
    const how: Intl.DateTimeFormatOptions = { ...(!isToday && { day: 'numeric', month: 'short' }), hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
    const isElsewhere = say(when, { ...date, ...how }) !== say(when, { ...date, ...how, ...there })
    return say(when, { ...how, ...there, ...(isElsewhere && { timeZoneName: 'short' }) })
  }

  #draw(): void {
    const timeline = this.#timeline
    if (!timeline) return
    const { event } = timeline
    const state = stateOf(event)
    this.hidden = state !== 'live' && state !== 'paused' && !this.hasAttribute('always')
    this.toggleAttribute('drill', event.drill)
    const late = this.#isLate(timeline)
    // A heartbeat changes nothing to see: draw only what differs, so that focus and selection stay.
    const now = JSON.stringify([timeline.offset, timeline.epoch, this.#liveness, this.#seen, late])
    if (now === this.#drawn) return
    this.#drawn = now
    const url = `${this.getAttribute('base') ?? HOME}/e/${event.slug}`
    this.#body.replaceChildren(this.getAttribute('variant') === 'bar' ? this.#bar(timeline, url) : this.#card(timeline, url))
  }

  #labels({ event }: Timeline): HTMLElement[] {
    const { drill, severity } = event
    return [
      ...(drill ? [h('span', { class: 'sev drill' }, this.#say('mode.drill'))] : []),
      ...(severity ? [h('span', { class: `sev ${severity}` }, this.#say(`view.sev.${severity}`))] : []),
    ]
  }

  #bar(timeline: Timeline, url: string): HTMLElement {
    const { event } = timeline
    const paused = stateOf(event) === 'paused'
    const words = paused ? this.#say('stop.public') : event.headline || event.title
    const isNow = paused || (stateOf(event) === 'live' && this.#liveness === 'live')
    return h(
      'section',
      { class: `bar ${event.kind}`, 'aria-label': event.title },
      ...this.#labels(timeline),
      h('p', { dir: 'auto', lang: paused ? null : event.default_lang }, words),
      // What is over, or may be, does not stand there as if it were so now.
      !isNow && h('span', { class: 'live off' }, this.#standing(timeline)),
      h('a', { href: url, target: '_top' }, this.#say('embed.live')),
    )
  }

  #card(timeline: Timeline, url: string): HTMLElement {
    const { event } = timeline
    const state = stateOf(event)
    const all = this.#updates(timeline)
    const seen = Math.max(0, all.findIndex((one) => one.id === this.#seen))
    const more = h('button', { type: 'button', hidden: seen === 0 }, this.#say('view.new', { n: seen }))
    more.addEventListener('click', () => {
      this.#seen = all[0]?.id ?? ''
      this.#draw()
      this.#body.querySelector<HTMLElement>('.list li')?.focus({ preventScroll: true })
    })
    const points = Array.isArray(event.pinned['do']) && state !== 'ended' ? event.pinned['do'] : []
    return h(
      'section',
      { class: 'card', 'aria-label': event.title },
      h(
        'div',
        { class: 'hd' },
        h('div', { class: 'row' }, ...this.#labels(timeline), h('span', { class: `live${state === 'live' && this.#liveness === 'live' ? '' : ' off'}` }, this.#standing(timeline))),
        h('h2', { dir: 'auto', lang: event.default_lang }, event.kind === 'crisis' ? event.headline || event.title : event.title),
        h('span', { class: 'sub' }, state === 'paused' ? this.#say('stop.public') : this.#promise(timeline)),
      ),
      points.length > 0 &&
        h(
          'div',
          { class: 'do' },
          h('h3', {}, this.#say('pin.do')),
          h('ul', {}, ...points.map((point) => h('li', { dir: 'auto', lang: event.default_lang }, String(point)))),
        ),
      h('div', { class: 'lw' }, more, h('ol', { class: 'list' }, ...all.slice(seen, seen + SHOWN).map((one) => this.#entry(one, event.default_lang)))),
      h('div', { class: 'ft' }, h('a', { href: url, target: '_top' }, this.#say('embed.all'))),
    )
  }

  #standing({ event }: Timeline): string {
    const state = stateOf(event)
    if (state === 'paused') return this.#say('view.paused')
    if (state === 'ended') return event.ended_at ? this.#say('view.ended', { time: this.#clock(event.ended_at) }) : this.#say('view.ended.plain')
    if (state === 'scheduled') return this.#say('view.scheduled')
    return this.#say(this.#liveness === 'live' ? 'view.live' : 'view.notlive')
  }

  #isLate({ event }: Timeline): boolean {
    return event.promised_next_at !== null && Date.parse(event.promised_next_at) < Date.now() + this.#ahead
  }

  #promise(timeline: Timeline): string {
    const due = timeline.event.promised_next_at
    if (!due || stateOf(timeline.event) !== 'live') return ''
    return this.#isLate(timeline) ? this.#say('view.late') : this.#say('view.next', { time: this.#clock(due) })
  }

  #entry(item: Item, main: string): HTMLElement {
    const [lang, text] = chosen(item.texts, this.#lang(), main)
    const [headline, rest] = headlineAndRest(text)
    const gone = item.state === 'retracted'
    const words = gone ? this.#say('retract.label') : headline || rest
    const label = LABELS[item.label] ?? (item.key_moment ? 'view.key' : '')
    const look = item.label === 'correction' || item.label === 'retraction' ? 'corr' : item.key_moment ? 'key' : ''
    return h(
      'li',
      { class: look, tabindex: -1 },
      h('div', { class: 't' }, h('time', { datetime: item.at }, this.#clock(item.at)), label && h('span', {}, this.#say(label))),
      item.state === 'corrected' ? h('s', { dir: 'auto', lang }, words) : h('h3', { dir: 'auto', lang: gone ? null : lang }, words),
    )
  }
}

if (!customElements.get('tocsin-live')) customElements.define('tocsin-live', TocsinLive)
