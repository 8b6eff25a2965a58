/**
 * `<live-timeline>`: takes over the list that the server wrote and keeps it true by the stream.
 *
 * New updates wait behind a pill unless the reader is at the top and busy with nothing; what is corrected or taken
 * back changes at once, wherever the reader is. Nothing here moves what is being read.
 */
import { follow, type Liveness, type Stream } from '../shared/stream.ts'
import { fromSnapshot, itemKey, type Timeline } from '../shared/timeline.ts'
import type { EventState, Heartbeat, Item, Op, ServerFrame } from '../shared/wire.ts'
import { Announcer } from './announcer.ts'
import { h, icon } from './dom.ts'
import { outcomeOf, showConnection, showEvent, showStanding, showStep } from './head.ts'
import { chipOf, entry, isKey, versionOf, type Find } from './item.ts'
import { Speech, readConfig, readSnapshot } from './page.ts'
import { glide, keepPlace, wantsCalm } from './place.ts'
import { chosen, headlineAndRest } from './texts.ts'

const TICK_MS = 10_000
const AT_THE_TOP_PX = 40
const PAGE = 50
/** More replies than this in `FLOOD_MS` wait behind "n more" instead of running through the page. */
const FLOOD = 8
const FLOOD_MS = 3_000
/** However far somebody reads back, no more than so many are in the page at a time. */
const MOST = 300

const NOTHING: ReadonlySet<string> = new Set()

const newer = (a: Item, b: Item): boolean => {
  const [left, right] = [itemKey(a), itemKey(b)]
  return left[0] > right[0] || (left[0] === right[0] && left[1] > right[1])
}

export class LiveTimeline extends HTMLElement {
  #speech!: Speech
  #timeline!: Timeline
  #stream: Stream | undefined
  #announcer!: Announcer
  #list!: HTMLElement
  #feed!: HTMLElement
  #pill!: HTMLButtonElement
  /** What is in the list, by id, older pages included. */
  #shown = new Map<string, Item>()
  #event: EventState | undefined
  /** What the head says the event came to, which may be corrected or taken back though the event stays as it is. */
  #outcome: Item | undefined
  #liveness: Liveness = 'connecting'
  #ahead = 0
  #goodAt = 0
  #timer: ReturnType<typeof setInterval> | undefined
  #paused = false
  #isFlood = false
  /** When the latest replies appeared by themselves. */
  #appeared: number[] = []
  /** The way back to the newest, while they are not in the page: whoever reads far back has only what is around them. */
  #back: HTMLElement | undefined
  /** The oldest have left a long list for what is new; they come again as a page. */
  #isCut = false
  /** Some of what waits was let go: there is more than is held. */
  #isGapped = false
  /** While an older page is on its way: what has changed of what is not shown. Its words may be from before. */
  #meanwhile: Map<string, Item> | undefined

  connectedCallback(): void {
    const config = readConfig()
    const snapshot = readSnapshot()
    if (!config || !snapshot || this.#stream) return
    this.#speech = new Speech(config)
    this.#list = this.#part('list')!
    this.#feed = this.querySelector('#feed')!
    this.#pill = this.#part('pill')!.querySelector('button')!
    this.#announcer = new Announcer((n) => this.#say(this.#speech.say('view.new', { n })))
    this.#timeline = fromSnapshot(snapshot)
    this.#event = snapshot.event
    this.#outcome = outcomeOf(snapshot.event, snapshot.items)
    for (const item of snapshot.items) if (item.state !== 'removed') this.#shown.set(item.id, item)
    this.#announcer.know(this.#shown.keys())
    this.#goodAt = Date.now()
    this.#pill.addEventListener('click', () => this.#showWaiting())
    this.#part('older')?.addEventListener('click', (click) => void this.#older(click))
    this.addEventListener('click', (click) => this.#clicked(click))
    this.#tick()
    this.#offerCopying()
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
    this.#stream = follow({
      topic: `${config.event_id}:public`,
      start: this.#timeline,
      onTimeline: (timeline, message) => this.#heard(timeline, message),
      onLiveness: (liveness) => this.#isNow(liveness),
      onHeartbeat: (beat) => this.#beat(beat),
    })
  }

  disconnectedCallback(): void {
    this.#stream?.close()
    this.#stream = undefined
    this.#announcer?.close()
    clearInterval(this.#timer)
  }

  #part = (name: string): HTMLElement | null => this.querySelector(`[data-part="${name}"]`)
  #find: Find = (id) => (id ? (this.#shown.get(id) ?? this.#timeline.items.find((item) => item.id === id)) : undefined)
  #now = (): number => Date.now() + this.#ahead

  #say(words: string): void {
    const voice = this.#part('say')
    if (voice) voice.textContent = words
  }

  #heard(timeline: Timeline, message: ServerFrame): void {
    const before = this.#timeline
    this.#timeline = timeline
    this.#goodAt = Date.now()
    if (message.type === 'snapshot') {
      this.#meanwhile = undefined
      this.#dropOlder(timeline)
      if (this.#back) this.#begin()
      this.#isGapped = false
    } else if ('ops' in message) {
      this.#revised(message.ops)
      if (timeline.cut !== before.cut) this.#letGo(before, timeline)
    }
    this.#sync(message.type === 'snapshot' ? new Set(before.items.map((item) => item.id)) : NOTHING)
    const outcome = outcomeOf(timeline.event, timeline.items)
    if (timeline.event !== this.#event || outcome !== this.#outcome) {
      this.#event = timeline.event
      this.#outcome = outcome
      keepPlace(this.#list, () => showEvent(this.#part, timeline.event, timeline.items, this.#speech))
    }
    this.#tick()
  }

  /** What is in the page follows its item, also where the timeline has let it go or never held it: an older page. */
  #revised(ops: readonly Op[]): void {
    for (const op of ops) {
      const known = 'item' in op && this.#shown.get(op.item.id)
      if ('item' in op && !known) this.#meanwhile?.set(op.item.id, op.item)
      if (!known || known.version > op.item.version) continue
      if (op.item.state === 'removed') this.#shown.delete(op.item.id)
      else this.#shown.set(op.item.id, op.item)
    }
  }

  /** The timeline has let go what nobody has seen here: there is a gap then, which only the page as it is now closes. */
  #letGo(before: Timeline, now: Timeline): void {
    const held = new Set(now.items.map((item) => item.id))
    const oldest = this.#oldest()
    const isMissed = (item: Item): boolean => !held.has(item.id) && !this.#shown.has(item.id) && (!oldest || newer(item, oldest))
    this.#isGapped ||= before.items.some(isMissed)
  }

  #isNow(liveness: Liveness): void {
    const wasBad = this.#liveness === 'reconnecting' || this.#liveness === 'not-live'
    this.#liveness = liveness
    if (liveness === 'live') this.#goodAt = Date.now()
    keepPlace(this.#list, () => this.#tick())
    if (wasBad && liveness === 'live') this.#say(this.#speech.say('view.back'))
  }

  #beat(beat: Heartbeat): void {
    this.#ahead = Date.parse(beat.at) - Date.now()
    this.#goodAt = Date.now()
    const watching = this.#part('watching')
    if (watching && this.#timeline.event.kind !== 'crisis' && beat.viewers && beat.viewers > 1) {
      watching.textContent = this.#speech.say('view.watching', { n: beat.viewers })
    }
  }

  #tick(): void {
    const { event, items } = this.#timeline
    const now = this.#now()
    showStanding(this.#part, this, event, items, this.#liveness, now, this.#speech)
    showStep(this.#part, event, items, now, this.#speech)
    showConnection(this.#part, this.#liveness, this.#goodAt + this.#ahead, now, this.#speech)
    for (const ago of this.#list.querySelectorAll('.ago')) {
      const at = ago.parentElement?.querySelector('time')?.dateTime
      const words = at ? this.#speech.ago(at, now) : ''
      if (ago.textContent !== words) ago.textContent = words
    }
  }

  /** Make the list agree with the timeline: revise and remove at once, and let what is new wait or appear. */
  #sync(before: ReadonlySet<string>): void {
    const held = new Map(this.#timeline.items.map((item) => [item.id, item]))
    for (const id of this.#shown.keys()) {
      const item = held.get(id)
      if (item) this.#shown.set(id, item)
      else if (before.has(id)) this.#shown.delete(id)
    }
    keepPlace(this.#list, () => this.#revise())
    const waiting = this.#waiting()
    this.#announcer.news(waiting.map((item) => item.id))
    if (waiting.length && this.#mayAppear()) this.#appear(this.#calm(waiting))
    this.#showPill()
    this.#showKeys()
  }

  #revise(): void {
    for (const old of [...this.#list.children] as HTMLElement[]) {
      const item = this.#shown.get(old.id.slice(2))
      if (!item) old.remove()
      else if (old.dataset['v'] !== versionOf(item, this.#find)) {
        const fresh = entry(item, this.#find, this.#speech)
        const focused = [...old.querySelectorAll('a,button')].indexOf(document.activeElement as Element)
        old.replaceWith(fresh)
        if (focused >= 0) fresh.querySelectorAll<HTMLElement>('a,button')[focused]?.focus({ preventScroll: true })
      }
    }
    this.#offerCopying()
  }

  #oldest(): Item | undefined {
    return [...this.#shown.values()].reduce<Item | undefined>((a, b) => (a && newer(b, a) ? a : b), undefined)
  }

  /** New ones, newest first. What is older than all we show is not news: it comes with its page. */
  #waiting(): Item[] {
    const { items, more } = this.#timeline
    const oldest = more || this.#isCut ? this.#oldest() : undefined
    return items.filter((item) => item.state !== 'removed' && !this.#shown.has(item.id) && (!oldest || newer(item, oldest)))
  }

  /** Whether a new update may show by itself: the reader is at the top, and neither reading on, selecting nor tabbing. */
  #mayAppear(): boolean {
    if (this.#shown.size === 0) return true
    const selection = getSelection()
    const selecting = selection && !selection.isCollapsed && this.#list.contains(selection.anchorNode)
    return (
      !this.#back &&
      !this.#paused &&
      !wantsCalm() &&
      !selecting &&
      document.visibilityState === 'visible' &&
      scrollY <= AT_THE_TOP_PX &&
      !this.#feed.contains(document.activeElement)
    )
  }

  /** What may appear at once: what the house itself says, a page of it at most, and replies unless they are a flood. */
  #calm(waiting: readonly Item[]): Item[] {
    const now = Date.now()
    const replies = waiting.filter((item) => item.type === 'reply').length
    this.#appeared = this.#appeared.filter((at) => now - at < FLOOD_MS)
    const few = this.#appeared.length + replies <= FLOOD
    if (few) this.#appeared.push(...Array<number>(replies).fill(now))
    const calm = waiting.filter((item) => few || item.type !== 'reply').slice(0, PAGE)
    this.#isFlood = calm.length < waiting.length
    return calm
  }

  #appear(items: readonly Item[]): void {
    if (!items.length) return
    if (wantsCalm()) this.#insert(items)
    else glide([...this.#list.children, ...document.querySelectorAll('.older, .aside, .foot')], () => this.#insert(items))
    this.#cutBelow()
  }

  /** Put items where they belong; returns their elements, newest first. */
  #insert(items: readonly Item[]): HTMLElement[] {
    this.#feed.setAttribute('aria-busy', 'true')
    for (const item of items) this.#shown.set(item.id, item)
    const made = items.map((item) => {
      const element = entry(item, this.#find, this.#speech)
      this.#list.insertBefore(element, this.#nextOf(item))
      return element
    })
    this.#revise()
    this.#feed.removeAttribute('aria-busy')
    const empty = this.#part('empty')
    if (empty) empty.hidden = this.#shown.size > 0
    return made
  }

  /** The entry that an item belongs above. News is looked for from the top, older pages from the bottom. */
  #nextOf(item: Item): Element | null {
    const isAbove = (other: Element): boolean => {
      const known = this.#shown.get(other.id.slice(2))
      return known !== undefined && newer(item, known)
    }
    const { firstElementChild: first } = this.#list
    if (first && isAbove(first)) return first
    let next: Element | null = null
    for (let last = this.#list.lastElementChild; last && isAbove(last); last = last.previousElementSibling) next = last
    return next
  }

  /** As when the page was opened: what is shown is the newest. */
  #begin(): void {
    this.#back?.remove()
    this.#back = undefined
    this.#shown.clear()
  }

  #showWaiting(): void {
    // There is a gap between what is new and what is in the page.
    if (this.#back || this.#isGapped) return location.reload()
    const all = this.#waiting()
    const waiting = all.slice(0, PAGE) // hundreds at once would hold the page up
    this.#isFlood = waiting.length < all.length
    let first: HTMLElement | undefined
    keepPlace(this.#list, () => ([first] = this.#insert(waiting)))
    this.#cutBelow()
    this.#showPill()
    this.#showKeys()
    this.#tick()
    if (!first) return
    first.tabIndex = -1
    first.focus({ preventScroll: true })
    first.scrollIntoView({ block: 'start', behavior: wantsCalm() ? 'instant' : 'smooth' })
  }

  #showPill(): void {
    const n = this.#waiting().length
    this.#pill.hidden = n === 0
    if (n) this.#pill.lastElementChild!.textContent = this.#speech.say(this.#isFlood ? 'view.more' : 'view.new', { n })
    else this.#isFlood = false
  }

  #showKeys(): void {
    const { lang, main_lang } = this.#speech.config
    const keys = [...this.#shown.values()].filter(isKey).sort((a, b) => (newer(a, b) ? -1 : 1))
    const rows = keys.map((item) => {
      const [said, text] = chosen(item.texts, lang, main_lang)
      const words = headlineAndRest(text)[0] || chipOf(item, this.#speech)
      const time = h('time', { datetime: item.at }, this.#speech.clock(item.at, this.#now()))
      return h('li', {}, h('a', { href: `#i-${item.id}` }, time, h('span', { dir: 'auto', lang: said }, words)))
    })
    this.#part('key-list')?.replaceChildren(...rows)
    const section = this.#part('keys')
    if (section) section.hidden = rows.length === 0
  }

  /** The newest update can be copied by its address; on every one it would be a hundred stops for the keyboard. */
  #offerCopying(): void {
    const newest = this.#list.querySelector('.up:not(.re)')
    const old = this.#list.querySelector('.acts')
    if (!newest || newest.contains(old)) return
    old?.remove()
    const button = h('button', { type: 'button', class: 'btn btn-q', 'data-do': 'copy' }, icon('link'), this.#speech.say('view.copy'))
    newest.append(h('div', { class: 'acts' }, button))
  }

  /** A snapshot says nothing of the pages below it; they are fetched again when asked for. */
  #dropOlder({ items, more }: Timeline): void {
    const last = items.at(-1)
    for (const [id, item] of this.#shown) if (!last || !newer(item, last)) this.#shown.delete(id)
    for (const item of items) if (last && item.id === last.id && this.#list.querySelector(`#i-${CSS.escape(item.id)}`)) this.#shown.set(item.id, item)
    const older = this.#part('older')
    if (older) older.hidden = !more
  }

  async #older(click: Event): Promise<void> {
    click.preventDefault()
    const button = click.currentTarget as HTMLElement
    const last = [...this.#shown.values()].reduce((a, b) => (newer(b, a) ? a : b))
    if (this.#meanwhile) return // it is on its way
    const meanwhile = (this.#meanwhile = new Map<string, Item>())
    const { epoch, offset } = this.#timeline
    const asked = new URLSearchParams({ before: `${last.at}~${last.id}`, limit: String(PAGE), place: `${epoch}:${offset}` })
    try {
      // With our place in the address no cache answers with a page from before it: a text taken back since then would
      // stay here, as nobody tells of that again.
      const answer = await fetch(`/api/v1/events/${this.#speech.config.event_id}/timeline/public/items?${String(asked)}`)
      if (!answer.ok) throw new TypeError(String(answer.status))
      const page = (await answer.json()) as { items: Item[]; cursor: string | null }
      // A snapshot came instead of the changes: nobody knows which of these are still so.
      if (this.#meanwhile !== meanwhile) throw new TypeError('asked before the line broke')
      const now = page.items.map((item) => meanwhile.get(item.id) ?? item)
      const fresh = now.filter((item) => item.state !== 'removed' && !this.#shown.has(item.id))
      this.#announcer.know(fresh.map((item) => item.id))
      const [first] = this.#insert(fresh)
      this.#showKeys()
      this.#cut()
      this.#list.classList.toggle('long', this.#list.childElementCount > 200)
      button.hidden = page.cursor === null
      button.textContent = this.#speech.say('view.older')
      if (first) {
        first.tabIndex = -1
        first.focus({ preventScroll: true })
      }
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error
      button.textContent = this.#speech.say('view.more.failed')
    } finally {
      if (this.#meanwhile === meanwhile) this.#meanwhile = undefined
    }
  }

  /** A page that is open for hours does not grow for hours. The reader is at the top. */
  #cutBelow(): void {
    const older = this.#part('older')
    if (!older) return
    while (this.#list.childElementCount > MOST) {
      const last = this.#list.lastElementChild!
      this.#shown.delete(last.id.slice(2))
      last.remove()
      this.#isCut = true
      older.hidden = false
    }
  }

  /** Take the newest out of the page when it has too many; each has an address of its own, and a link brings them back. */
  #cut(): void {
    const most = this.#list.childElementCount - MOST
    if (most <= 0) return
    keepPlace(this.#list, () => {
      for (const one of [...this.#list.children].slice(0, most)) one.remove()
      if (this.#back) return
      const { pathname, search } = location
      const words = this.#speech.say('view.newest')
      this.#back = h('p', { class: 'older' }, h('a', { class: 'btn btn-s', href: pathname + search }, icon('up'), words))
      this.#list.before(this.#back)
    })
    this.#offerCopying()
    this.#showKeys()
  }

  #clicked(click: Event): void {
    const place = (click.target as Element).closest<HTMLAnchorElement>('a[href^="#i-"]')?.hash.slice(3)
    if (place && !document.getElementById(`i-${place}`)) {
      // It was taken out of the page; its own page has it.
      click.preventDefault()
      return location.assign(`/e/${this.#speech.config.slug}/${place}`)
    }
    const target = (click.target as Element).closest<HTMLElement>('[data-filter],[data-do]')
    if (target?.dataset['filter']) {
      click.preventDefault()
      this.#feed.dataset['show'] = target.dataset['filter']
      for (const one of target.parentElement!.children) {
        if (one === target) one.setAttribute('aria-current', 'true')
        else one.removeAttribute('aria-current')
      }
    } else if (target?.dataset['do'] === 'pause') {
      this.#paused = !this.#paused
      target.setAttribute('aria-pressed', String(this.#paused))
    } else if (target?.dataset['do'] === 'copy') {
      const link = target.closest('li')?.querySelector<HTMLAnchorElement>('a.at')?.href
      if (link) void copy(link).then((done) => done && this.#copied(target))
    }
  }

  /** The sheet of the system where there is one, else the address goes to the clipboard and the page says so. */
  async share(): Promise<void> {
    const url = document.querySelector<HTMLLinkElement>('link[rel="canonical"]')?.href ?? location.href
    if (!navigator.share) {
      if (await copy(url)) this.#say(this.#speech.say('view.copied'))
      return
    }
    try {
      await navigator.share({ title: document.title, url })
    } catch {
      // The reader closed the sheet.
    }
  }

  #copied(button: HTMLElement): void {
    const words = this.#speech.say('view.copied')
    this.#say(words)
    button.lastChild!.textContent = words
    setTimeout(() => (button.lastChild!.textContent = this.#speech.say('view.copy')), 3_000)
  }
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
