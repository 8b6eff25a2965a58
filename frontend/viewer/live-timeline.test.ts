import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { en as messages } from 'virtual:messages'
import type { EventState, Frame, Item, Op, Snapshot } from '../shared/wire.ts'
import { LiveTimeline } from './live-timeline.ts'

const TOPIC = 'e1:public'

/** The other end of the line: every socket the page opens, and what the test says through it. */
class Line {
  static opened: Line[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: ((event: { code: number; reason: string }) => void) | null = null
  sent: string[] = []
  url: string
  constructor(url: string) {
    this.url = url
    Line.opened.push(this)
  }
  send(text: string): void {
    this.sent.push(text)
  }
  close(): void {}
  says(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) })
  }
}

function event(more: Partial<EventState> = {}): EventState {
  return {
    id: 'e1', slug: 'flood', kind: 'crisis', title: 'Flood', place: '', headline: 'A&E is closed.', state: 'live',
    sending: 'open', delay_s: 10, default_lang: 'en', langs: ['en', 'it'], hashtags: [], severity: 'Severe',
    urgency: null, certainty: null, promised_next_at: null, pinned: {}, replies_open: true, about_patient: '', quiet: 'fine', drill: false, starts_at: null,
    started_at: '2026-11-21T14:00:00Z', ended_at: null, duty: null, version: 1, ...more,
  }
}

function item(n: number, more: Partial<Item> = {}): Item {
  return {
    id: `u${n}`, type: 'update', version: 1, at: new Date(Date.UTC(2026, 10, 21, 14, n)).toISOString(),
    texts: { en: `This is update number ${n}.` }, state: 'shown', label: '', of: null, by: null, key_moment: false,
    pinned: false, late: false, composed_at: null, author: null, url: '', pictures: [], step: null, ...more,
  }
}

let offset = 10
function frame(...ops: Op[]): Frame {
  return { type: 'frame', topic: TOPIC, epoch: 'a', prev: offset, offset: ++offset, ops }
}
const added = (one: Item): Op => ({ op: 'item.added', item: one })
const revised = (one: Item): Op => ({ op: 'item.revised', item: one })

const PARTS = ['strip', 'severity', 'headline', 'lead', 'standing', 'fact', 'promise', 'watching', 'notice', 'pins', 'boxes', 'say', 'empty', 'key-list', 'keys', 'older', 'patient', 'patient-says', 'course', 'marks', 'step']

function page(items: Item[], state: EventState = event()): LiveTimeline {
  const snapshot: Snapshot = {
    type: 'snapshot', topic: TOPIC, epoch: 'a', offset, event: state, items, updates: [], replies: [], channels: [], more: false, viewers: null,
  }
  const config = { slug: 'flood', event_id: 'e1', hospital: 'Sant Pau', drill: false, lang: 'en', main_lang: 'en', zone: 'UTC', emergency: '112', drill_words: '', names: {}, messages }
  for (const [id, value] of Object.entries({ config, snapshot })) {
    const block = document.createElement('script')
    block.type = 'application/json'
    block.id = id
    block.textContent = JSON.stringify(value)
    document.body.append(block)
  }
  const element = document.createElement('live-timeline') as LiveTimeline
  for (const name of PARTS) {
    const part = document.createElement('div')
    part.dataset['part'] = name
    element.append(part)
  }
  const pill = document.createElement('div')
  pill.dataset['part'] = 'pill'
  const button = document.createElement('button')
  button.hidden = true
  button.append(document.createElement('span'), document.createElement('span'))
  pill.append(button)
  const feed = document.createElement('section')
  feed.id = 'feed'
  const list = document.createElement('ol')
  list.dataset['part'] = 'list'
  feed.append(list)
  element.append(pill, feed)
  for (const one of items) {
    const entry = document.createElement('li')
    entry.id = `i-${one.id}`
    entry.className = 'up'
    entry.dataset['v'] = `${one.version}..`
    entry.textContent = one.texts['en'] ?? ''
    list.append(entry)
  }
  document.body.append(element)
  return element
}

const part = (element: Element, name: string): HTMLElement => element.querySelector(`[data-part="${name}"]`)!
const entries = (element: Element): string[] => [...part(element, 'list').children].map((one) => one.id)
const pill = (element: Element): HTMLButtonElement => part(element, 'pill').querySelector('button')!
const line = (): Line => Line.opened.at(-1)!

if (!customElements.get('live-timeline')) customElements.define('live-timeline', LiveTimeline)

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 21, 15, 0) })
  vi.stubGlobal('WebSocket', Line)
  vi.stubGlobal('fetch', () => new Promise(() => {}))
  Line.opened = []
  offset = 10
  document.body.replaceChildren()
  // As somebody in the middle of reading: new updates wait.
  vi.stubGlobal('scrollY', 500)
})
afterEach(() => {
  document.body.replaceChildren()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

async function live(items: Item[], state?: EventState): Promise<LiveTimeline> {
  const element = page(items, state)
  await vi.advanceTimersByTimeAsync(0)
  line().onopen?.()
  return element
}

const reply = (n: number): Item => item(n, { id: `r${n}`, type: 'reply' })

describe('a flood of replies', () => {
  beforeEach(() => vi.stubGlobal('scrollY', 0))

  test('waits behind "n more" where the reader is at the top, and what the house says appears at once', async () => {
    const element = await live([item(1)])
    line().says(frame(...Array.from({ length: 300 }, (_, n) => added(reply(2 + n)))))
    expect(entries(element)).toEqual(['i-u1'])
    expect(pill(element).textContent).toBe('300 more')
    line().says(frame(added(item(400)), added(reply(401))))
    expect(entries(element)).toEqual(['i-u400', 'i-u1'])
    expect(pill(element).textContent).toBe('301 more')
  })

  test('is shown by the page when it is asked for', async () => {
    const element = await live([item(1)])
    line().says(frame(...Array.from({ length: 120 }, (_, n) => added(reply(2 + n)))))
    pill(element).click()
    expect(entries(element)).toHaveLength(51)
    expect(entries(element)[0]).toBe('i-r121')
    expect(pill(element).textContent).toBe('70 more')
    pill(element).click()
    pill(element).click()
    expect(entries(element)).toHaveLength(121)
    expect(pill(element).hidden).toBe(true)
    expect(entries(element)).toEqual([...Array.from({ length: 120 }, (_, n) => `i-r${121 - n}`), 'i-u1'])
  })

  test('is a flood also when it comes one by one; later, few replies appear again', async () => {
    const element = await live([item(1)])
    for (let n = 2; n < 14; n++) line().says(frame(added(reply(n))))
    expect(entries(element)).toHaveLength(1 + 8)
    expect(pill(element).textContent).toBe('4 more')
    pill(element).click()
    ;(document.activeElement as HTMLElement).blur()
    await vi.advanceTimersByTimeAsync(3_000)
    line().says(frame(added(reply(20))))
    expect(entries(element)[0]).toBe('i-r20')
    expect(pill(element).hidden).toBe(true)
  })
})

describe('the live list', () => {
  test('goes on from what the server wrote, without asking for it again', async () => {
    await live([item(1)])
    expect(new URL(line().url).search).toBe('?topic=e1%3Apublic&epoch=a&offset=10')
    expect(line().sent).toEqual([])
  })

  test('lets what is new wait while somebody reads, and inserts it in its place when asked', async () => {
    const element = await live([item(3), item(1)])
    line().says(frame(added(item(4))))
    line().says(frame(added(item(2))))
    expect(entries(element)).toEqual(['i-u3', 'i-u1'])
    expect(pill(element).hidden).toBe(false)
    expect(pill(element).textContent).toBe('2 new updates')
    pill(element).click()
    expect(entries(element)).toEqual(['i-u4', 'i-u3', 'i-u2', 'i-u1'])
    expect(pill(element).hidden).toBe(true)
    expect(document.activeElement?.id).toBe('i-u4')
  })

  test('strikes, takes back and removes at once, also while new ones wait', async () => {
    const element = await live([item(3), item(2), item(1)])
    line().says(frame(revised(item(1, { version: 2, state: 'retracted', texts: {} })), revised(item(2, { version: 2, state: 'corrected' }))))
    line().says(frame(revised(item(3, { version: 2, state: 'removed', texts: {} }))))
    expect(entries(element)).toEqual(['i-u2', 'i-u1'])
    expect(part(element, 'list').querySelector('#i-u2 s')?.textContent).toBe('This is update number 2.')
    expect(part(element, 'list').querySelector('#i-u1')?.textContent).not.toContain('number 1')
    expect(part(element, 'list').querySelector('#i-u1')?.textContent).toContain('Taken back')
  })

  test('a new one that is taken back while it waits is not news any more', async () => {
    const element = await live([item(1)])
    line().says(frame(added(item(2))))
    line().says(frame(revised(item(2, { version: 2, state: 'removed', texts: {} }))))
    expect(pill(element).hidden).toBe(true)
  })

  test('announces politely at most every 30 seconds, each update once', async () => {
    const element = await live([item(1)])
    const said: string[] = []
    new MutationObserver(() => said.push(part(element, 'say').textContent ?? '')).observe(part(element, 'say'), { childList: true })
    line().says(frame(added(item(2))))
    await vi.advanceTimersByTimeAsync(100)
    line().says(frame(added(item(3))))
    line().says(frame(added(item(4))))
    await vi.advanceTimersByTimeAsync(10_000)
    expect(said).toEqual(['1 new update'])
    await vi.advanceTimersByTimeAsync(20_000)
    expect(said).toEqual(['1 new update', '2 new updates'])
    line().says({ ...frame(), type: 'snapshot', event: event(), items: [item(4), item(3), item(2), item(1)], updates: [], replies: [], channels: [], more: false, viewers: null, offset: 50 })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(said.filter((words) => words.includes('update'))).toEqual(['1 new update', '2 new updates'])
  })

  test('says what is so: live, then reconnecting after 15 s of silence, then not live after 30 s', async () => {
    const element = await live([item(1)])
    expect(part(element, 'standing').textContent).not.toBe('Live')
    line().says({ type: 'heartbeat', topic: TOPIC, epoch: 'a', offset: 10, digest: '', viewers: 3, at: '2026-11-21T15:00:00Z' })
    expect(part(element, 'standing').textContent).toBe('Live')
    expect(part(element, 'strip').textContent).toBe('')
    await vi.advanceTimersByTimeAsync(14_000)
    expect(part(element, 'strip').textContent).toBe('')
    await vi.advanceTimersByTimeAsync(2_000)
    expect(part(element, 'strip').textContent).toBe('Reconnecting. You have everything up to 15:00. In an emergency, call 112.')
    expect(part(element, 'standing').textContent).toBe('Not live right now')
    await vi.advanceTimersByTimeAsync(15_000)
    expect(part(element, 'strip').textContent).toContain('Not live right now. You have everything up to 15:00.')
  })

  test('a promise that runs out is called late without a frame', async () => {
    const element = await live([item(1)], event({ promised_next_at: '2026-11-21T15:00:30Z' }))
    line().says({ type: 'heartbeat', topic: TOPIC, epoch: 'a', offset: 10, digest: '', viewers: 3, at: '2026-11-21T15:00:00Z' })
    expect(part(element, 'promise').textContent).toBe('Next one by 15:00')
    await vi.advanceTimersByTimeAsync(40_000)
    expect(part(element, 'promise').textContent).toBe('An update is late. We are working on it.')
  })

  test('stop and end change the head of the page', async () => {
    const element = await live([item(1)], event({ pinned: { do: ['Wait.'] } }))
    line().says(frame({ op: 'event.changed', event: event({ version: 2, sending: 'stop', headline: 'New words.' }) }))
    expect(part(element, 'notice').textContent).toBe('We have paused this event. We will update you here.')
    expect(part(element, 'headline').textContent).toBe('New words.')
    expect(part(element, 'standing').textContent).toBe('Paused')
    line().says(frame({ op: 'event.changed', event: event({ version: 3, state: 'ended', ended_at: '2026-11-21T14:59:00Z' }) }))
    expect(part(element, 'standing').textContent).toBe('Ended 14:59')
    expect(part(element, 'boxes').textContent).toBe('How it endedThis is update number 1.')
  })

  test('a title that is changed is not kept by the tab, nor given on with the page', async () => {
    await live([item(1)])
    line().says(frame({ op: 'event.changed', event: event({ version: 2, title: 'Water in the cellar' }) }))
    expect(document.title).toBe('Water in the cellar: live updates from Sant Pau')
  })

  test('N10: where the operation is follows what was said and stands', async () => {
    const step = (n: number, of = 4): Partial<Item> => ({ step: { n, of, label: n ? { en: `Name ${n}` } : {} } })
    const element = await live([item(1, step(1))], event({ kind: 'surgery' }))
    const told = (): string => (part(element, 'course').hidden ? '' : part(element, 'step').textContent!)
    const marks = (): string => [...part(element, 'marks').children].map((one) => one.className[0] ?? '-').join('')
    line().says(frame(added(item(2, step(3)))))
    line().says(frame(added(item(3, step(2))), added(item(4))))
    expect([marks(), told()]).toEqual(['ddn-', 'Step 3 of 4, 14:02: Name 3'])
    line().says(frame(revised(item(2, { state: 'corrected', version: 2 }))))
    expect([marks(), told()]).toEqual(['dn--', 'Step 2 of 4, 14:03: Name 2'])
    line().says(frame({ op: 'event.changed', event: event({ kind: 'surgery', sending: 'stop', version: 2 }) }))
    expect(told()).toBe('')
    line().says(frame({ op: 'event.changed', event: event({ kind: 'surgery', version: 3 }) }, added(item(5, step(0)))))
    expect(told()).toBe('')
    line().says(frame(added(item(6, step(40, 50)))))
    expect([marks(), told()]).toEqual(['', 'Step 40 of 50, 14:06: Name 40'])
  })

  test('H-03: the promise about the patient follows the record, and goes with it', async () => {
    const operation = { kind: 'surgery', about_patient: 'unnamed', delay_s: 120 } as const
    const element = await live([item(1)])
    const promise = (): string[] => [...element.querySelectorAll('[data-part="patient-says"] p')].map((said) => said.textContent ?? '')
    line().says(frame({ op: 'event.changed', event: event({ ...operation, version: 2 }) }))
    expect(promise()[0]).toContain('written consent')
    expect(promise()[2]).toContain('waits a little')
    line().says(frame({ op: 'event.changed', event: event({ ...operation, about_patient: 'agreed', delay_s: 0, version: 3 }) }))
    expect(promise()[1]).toBe('Every update is checked before it is shown here.')
    line().says(frame({ op: 'event.changed', event: event({ ...operation, about_patient: '', version: 4 }) }))
    expect(promise()).toEqual([])
    expect(element.querySelector<HTMLElement>('[data-part="patient"]')!.hidden).toBe(true)
  })

  test('what it came to is not said any more once it is corrected or taken back', async () => {
    const over = event({ state: 'ended', ended_at: '2026-11-21T14:59:00Z' })
    const clear = item(2, { label: 'all_clear', texts: { en: 'The water is safe to drink again.' } })
    const element = await live([item(1)], over)
    line().says(frame(added(clear)))
    expect(part(element, 'boxes').textContent).toBe('How it endedThe water is safe to drink again.')
    const takenBack = item(3, { label: 'retraction', of: 'u2', texts: { en: 'Do not drink it: that was too early.' } })
    line().says(frame(added(takenBack), revised({ ...clear, version: 2, state: 'retracted', by: 'u3', texts: {} })))
    expect(part(element, 'boxes').textContent).toBe('How it endedDo not drink it: that was too early.')
    const kept = part(element, 'boxes').firstElementChild
    line().says(frame(added(reply(4))))
    expect(part(element, 'boxes').firstElementChild).toBe(kept)
  })

  test('S-06: what people wrote becomes text nodes and nothing else', async () => {
    const element = await live([item(1)])
    const payload = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
    const author = { name: payload, handle: payload, url: 'javascript:alert(1)', channel: 'x' }
    line().says(frame(added(item(2, { type: 'reply', texts: { en: payload }, author, url: 'data:text/html,x' }))))
    pill(element).click()
    const reply = part(element, 'list').querySelector('#i-u2')!
    expect(reply.querySelector('.said')!.childNodes).toHaveLength(1)
    expect(reply.querySelector('.said')!.textContent).toBe(payload)
    expect(reply.querySelectorAll('img,script')).toHaveLength(0)
    expect([...reply.querySelectorAll('a')].map((link) => link.getAttribute('href'))).toEqual(['/e/flood/u2'])
  })

  test('what is older than everything shown is not news when there are older pages', async () => {
    const element = page([item(5)])
    const snapshot = document.getElementById('snapshot')!
    element.remove()
    snapshot.textContent = JSON.stringify({ ...JSON.parse(snapshot.textContent!), more: true })
    document.body.append(element)
    await vi.advanceTimersByTimeAsync(0)
    line().says(frame(revised(item(2, { version: 3, state: 'corrected' }))))
    expect(pill(element).hidden).toBe(true)
  })

  test('read far back, the page never holds more than 300, says the way back, and lets nothing new in above a gap', async () => {
    const element = await live([item(2_000)])
    const list = part(element, 'list')
    let at = 2_000
    vi.stubGlobal('fetch', async () => {
      const items = Array.from({ length: 50 }, () => item(--at))
      return new Response(JSON.stringify({ items, cursor: 'x' }))
    })
    let most = 0
    for (let page = 0; page < 12; page++) {
      part(element, 'older').click()
      await vi.advanceTimersByTimeAsync(0)
      most = Math.max(most, list.childElementCount)
    }
    vi.unstubAllGlobals()
    expect([most, list.childElementCount, list.lastElementChild!.id]).toEqual([300, 300, `i-u${at}`])
    expect(element.querySelectorAll('.older a[href^="/"]')).toHaveLength(1)
    line().says(frame(added(item(2_001))))
    expect(list.childElementCount).toBe(300)
    expect(pill(element).hidden).toBe(false)
    line().says({ ...frame(), type: 'snapshot', event: event(), items: [item(2_001), item(2_000)], updates: [], replies: [], channels: [], more: true, viewers: null, offset: 99 })
    expect([...list.children].map((one) => one.id)).toEqual(['i-u2001', 'i-u2000'])
    expect(element.querySelectorAll('.older a[href^="/"]')).toHaveLength(0)
  })

  test('open for hours it never holds more than 300 either, and what left at the end comes again as a page', async () => {
    const element = await live([item(1)])
    const list = part(element, 'list')
    for (let n = 2; n <= 330; n++) line().says(frame(added(item(n))))
    await vi.advanceTimersByTimeAsync(100)
    for (let press = 0; press < 8; press++) pill(element).click()
    expect([list.childElementCount, list.firstElementChild!.id, list.lastElementChild!.id]).toEqual([300, 'i-u330', 'i-u31'])
    expect(pill(element).hidden).toBe(true)
    expect(part(element, 'older').hidden).toBe(false)
  })

  test('beside what was said a correction says all of what is right, its first sentence too', async () => {
    const text = 'Only A&E is closed. Maternity is open.'
    const element = await live([item(1)])
    line().says(frame(added(item(2, { label: 'correction', of: 'u1', texts: { en: text } }))))
    await vi.advanceTimersByTimeAsync(100)
    if (!pill(element).hidden) pill(element).click()
    expect(element.querySelector('#i-u2 .was .ct-ok + span')?.textContent).toBe(text)
  })

  test('what is corrected or taken away in a page that was read back changes there as well', async () => {
    const element = await live([item(50)])
    const list = part(element, 'list')
    vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ items: [item(40), item(39), item(38)], cursor: null })))
    part(element, 'older').click()
    await vi.advanceTimersByTimeAsync(0)
    vi.unstubAllGlobals()
    line().says(frame(revised(item(39, { version: 2, state: 'removed' })), revised(item(38, { version: 2, texts: { en: 'Put right.' } }))))
    expect([...list.children].map((one) => one.id)).toEqual(['i-u50', 'i-u40', 'i-u38'])
    expect(list.lastElementChild!.textContent).toContain('Put right.')
  })

  test('G9: what is taken away or put right while an older page is on its way is not shown as that page has it', async () => {
    const element = await live([item(50)])
    const asked: string[] = []
    let arrive = (_: Response): void => undefined
    vi.stubGlobal('fetch', (url: string) => (asked.push(url), new Promise<Response>((come) => (arrive = come))))
    part(element, 'older').click()
    line().says(frame(revised(item(39, { version: 2, state: 'removed', texts: {} })), revised(item(38, { version: 2, texts: { en: 'Put right.' } }))))
    arrive(new Response(JSON.stringify({ items: [item(40), item(39), item(38)], cursor: null })))
    await vi.advanceTimersByTimeAsync(0)
    const list = part(element, 'list')
    expect([...list.children].map((one) => one.id)).toEqual(['i-u50', 'i-u40', 'i-u38'])
    expect(list.lastElementChild!.textContent).toContain('Put right.')
    // No cache may answer from before what this page knows.
    expect(new URL(asked[0]!, 'https://desk.example').searchParams.get('place')).toBe('a:10')
  })

  test('G9: an older page that was asked for before the line broke is not shown', async () => {
    const element = await live([item(50)])
    let arrive = (_: Response): void => undefined
    vi.stubGlobal('fetch', () => new Promise<Response>((come) => (arrive = come)))
    part(element, 'older').click()
    line().says({ ...frame(), type: 'snapshot', event: event(), items: [item(50)], updates: [], replies: [], channels: [], more: true, viewers: null })
    arrive(new Response(JSON.stringify({ items: [item(40)], cursor: null })))
    await vi.advanceTimersByTimeAsync(0)
    expect(entries(element)).toEqual(['i-u50'])
    vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ items: [item(40)], cursor: null })))
    part(element, 'older').click()
    await vi.advanceTimersByTimeAsync(0)
    expect(entries(element)).toEqual(['i-u50', 'i-u40'])
  })

  test('a correction of what was let go during a flood does not bring it back, and one of what is shown changes it', async () => {
    const element = await live([item(1, { type: 'reply' }), item(0)])
    const list = part(element, 'list')
    for (let n = 2; n < 4_000; n += 40)
      line().says(frame(...Array.from({ length: 40 }, (_, k) => added(item(n + k, { type: 'reply' })))))
    line().says(frame(revised(item(1, { type: 'reply', version: 2, texts: { en: 'Put right.' } })), revised(item(2, { type: 'reply', version: 2, texts: { en: 'Put right.' } }))))
    expect(list.querySelector('#i-u1')!.textContent).toContain('Put right.')
    expect(list.querySelector('#i-u2')).toBeNull()
    line().says(frame(revised(item(1, { type: 'reply', version: 3, state: 'removed' }))))
    expect(list.querySelector('#i-u1')).toBeNull()
    expect(list.querySelector('#i-u0')).not.toBeNull()
  })
})

describe('a graphic picture', () => {
  beforeEach(() => vi.stubGlobal('scrollY', 0))

  test('is behind a line that says so, closed; any other stands open', async () => {
    const element = await live([item(1)])
    const about = { alt: { en: 'A wound.' }, width: 4, height: 3 }
    const pictures = [{ url: '/media/m1', graphic: true, ...about }, { url: '/media/m2', graphic: false, ...about }]
    line().says(frame(added(item(2, { pictures }))))
    const details = element.querySelectorAll<HTMLDetailsElement>('#i-u2 figure > details')
    expect(details).toHaveLength(1)
    expect(details[0]!.open).toBe(false)
    expect(details[0]!.querySelector('summary')!.textContent).toBe('Graphic picture: show it')
    expect(details[0]!.querySelector('img')!.getAttribute('src')).toBe('/media/m1')
    expect(element.querySelector('#i-u2 figure > img')!.getAttribute('src')).toBe('/media/m2')
  })
})
