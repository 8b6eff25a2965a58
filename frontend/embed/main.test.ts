import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import cases from '../../tests/fixtures/timeline/cases.json' with { type: 'json' }
import type { EventState, Heartbeat, Snapshot } from '../shared/wire.ts'
import './main.ts'

const SNAPSHOT = cases[0]!.messages[0] as unknown as Snapshot
const NOW = Date.parse('2026-03-01T09:00:00Z')

/** The server's end of the embed's socket. */
class Line {
  static last: Line
  onmessage?: (event: { data: string }) => void
  onclose?: (event: { code: number; reason: string }) => void
  constructor() {
    Line.last = this
  }
  send(): void {}
  close(): void {}
  says(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) })
  }
}

const beat = (at: string): Heartbeat =>
  ({ type: 'heartbeat', topic: SNAPSHOT.topic, epoch: SNAPSHOT.epoch, offset: SNAPSHOT.offset, digest: '', viewers: 3, at }) as Heartbeat

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  vi.stubGlobal('WebSocket', Line)
})
afterEach(() => {
  document.body.replaceChildren()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

async function shown(state: Partial<EventState> | undefined, variant: 'card' | 'bar', more: object = {}): Promise<ShadowRoot> {
  const element = document.createElement('tocsin-live')
  for (const [name, value] of Object.entries({ event: 'flood', variant, always: '', lang: 'en', base: 'https://desk.example', ...more })) element.setAttribute(name, value)
  document.body.append(element)
  await vi.advanceTimersByTimeAsync(0)
  if (state) Line.last.says({ ...SNAPSHOT, event: { ...SNAPSHOT.event, state: 'live', sending: 'open', promised_next_at: null, ...state } })
  return element.shadowRoot!
}

describe('the embed', () => {
  it.each(['card', 'bar'] as const)('a %s that hears nothing any more does not stand there as if it were live', async (variant) => {
    const root = await shown({}, variant)
    expect(root.textContent).not.toContain('Not live right now')
    await vi.advanceTimersByTimeAsync(31_000)
    expect(root.textContent).toContain('Not live right now')
  })

  it.each(['card', 'bar'] as const)('a %s that stays says that the event has not begun, or that it is over', async (variant) => {
    const before = await shown({ state: 'scheduled' }, variant)
    expect(before.textContent).toContain('Not started yet')
    expect(before.querySelector('.live')!.textContent).not.toBe('Live')
    const after = await shown({ state: 'ended', ended_at: '2026-03-01T08:30:00Z' }, variant)
    expect(after.textContent).toMatch(/ended/i)
  })

  it('says that a promised update is late though nothing was sent, by the server’s clock', async () => {
    const root = await shown({ promised_next_at: '2026-03-01T09:10:00Z' }, 'card')
    expect(root.textContent).toContain('Next one by')
    vi.setSystemTime(NOW - 3_600_000)
    Line.last.says(beat('2026-03-01T09:11:00Z'))
    expect(root.textContent).toContain('An update is late.')
  })

  it('tells the time of the hospital, and whose it is to a reader who is elsewhere', async () => {
    const at = '2026-02-28T22:30:00Z'
    const root = await shown({ state: 'ended', ended_at: at }, 'card', { zone: 'Pacific/Kiritimati' })
    const there = new Intl.DateTimeFormat('en', { timeZone: 'Pacific/Kiritimati', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(at))
    expect(there).toBe('12:30')
    expect(root.querySelector('.live')!.textContent).toMatch(/12:30 GMT\+14/)
    const here = await shown({ state: 'ended', ended_at: at }, 'card', { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })
    expect(here.querySelector('.live')!.textContent).not.toMatch(/GMT|UTC/)
    const unknown = await shown({ state: 'ended', ended_at: at }, 'card', { zone: 'Nowhere/At_all' })
    expect(unknown.querySelector('.live')!.textContent).toBe(here.querySelector('.live')!.textContent)
  })

  it('shows what the host put inside while nothing is known, and nothing of it afterwards', async () => {
    const root = await shown(undefined, 'card')
    expect(root.querySelector('slot')).not.toBeNull()
    Line.last.says({ ...SNAPSHOT, event: { ...SNAPSHOT.event, state: 'live', sending: 'open' } })
    expect(root.querySelector('slot')).toBeNull()
  })

  it('says the day of what was not said today', async () => {
    const at = '2026-02-28T22:30:00Z'
    const root = await shown({ state: 'ended', ended_at: at }, 'card')
    const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' }).format(new Date(at))
    expect(root.querySelector('.live')!.textContent).toContain(day)
    expect(root.querySelector('.list time')!.textContent).not.toContain(day)
  })

  it('a translation that does not come keeps no news back, and is taken when it comes', async () => {
    let arrive!: (answer: Response) => void
    vi.stubGlobal('fetch', () => new Promise<Response>((resolve) => (arrive = resolve)))
    const before = Line.last
    const root = await shown(undefined, 'card', { lang: 'it' })
    await vi.advanceTimersByTimeAsync(3_000)
    expect(Line.last).not.toBe(before)
    Line.last.says({ ...SNAPSHOT, event: { ...SNAPSHOT.event, state: 'live', sending: 'open', promised_next_at: null } })
    expect(root.querySelector('.live')!.textContent).toBe('Live')
    arrive(new Response(JSON.stringify({ 'view.live': 'In diretta' })))
    await vi.advanceTimersByTimeAsync(0)
    expect(root.querySelector('.live')!.textContent).toBe('In diretta')
  })
})
