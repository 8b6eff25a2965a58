import { signal } from '@preact/signals'
import { render } from 'preact'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Countdowns } from '../presenter/countdowns.tsx'
import { Outbox } from '../presenter/outbox.tsx'
import type { Tablet } from '../presenter/tablet.ts'
import { Acting } from '../shared/acting.ts'
import type { Session } from '../shared/commands.ts'
import { now_ms } from '../shared/tick.ts'
import type { DeskUpdate, EventState } from '../shared/wire.ts'
import { DelayChoice, needsTwo } from './delay.tsx'
import { Desk } from './desk.ts'
import { TwoPeople } from './two-people.tsx'

const NOON = Date.parse('2026-11-22T12:00:00Z')
const PATIENCE = { timeout: 10_000 }
const event = (over: Partial<EventState> = {}) => ({ id: 'e1', version: 3, kind: 'surgery', state: 'live', delay_s: 120, default_lang: 'en', ...over }) as EventState

describe('S8, N1: the delay of an event that runs', () => {
  const root = document.createElement('div')
  const asked: unknown[] = []
  let answer: unknown
  beforeEach(() => {
    asked.length = 0
    document.body.append(root)
    vi.stubGlobal('fetch', (_: string, init: RequestInit = {}) => {
      if (init.method === 'PATCH') asked.push(JSON.parse(String(init.body)))
      return Promise.resolve(Response.json(init.method === 'PATCH' ? answer : []))
    })
  })
  afterEach(() => {
    render(null, root)
    vi.unstubAllGlobals()
  })

  function shown(state: EventState, rights = ['event.edit']) {
    const acting = new Acting(false)
    const held = signal(state)
    const session = { person: { id: 'a' }, delays: { surgery: { usual_s: 120, least_s: 60 } } } as unknown as Session
    const desk = Object.assign(Object.create(Desk.prototype) as object, {
      acting,
      session,
      config: { event_id: 'e1' },
      store: { event: held, begin: (got: { event: EventState }) => (held.value = got.event) },
      two: new TwoPeople(acting, session),
      writing: { previewing: { refresh: vi.fn() }, draft: signal({}) },
      may: (right: string) => rights.includes(right),
    }) as unknown as Desk
    render(<DelayChoice desk={desk} />, root)
    return desk
  }
  const select = () => root.querySelector<HTMLSelectElement>('#delay')
  const choose = (s: number) => {
    select()!.value = String(s)
    select()!.dispatchEvent(new Event('change', { bubbles: true }))
  }

  it('needs two for whatever is shorter while it runs, and below the least of an operation before', () => {
    expect([60, 119, 120, 180].map((s) => needsTwo(event(), s, 60))).toEqual([true, true, false, false])
    expect([10, 59, 60, 120].map((s) => needsTwo(event({ state: 'draft' }), s, 60))).toEqual([true, true, false, false])
    expect(needsTwo(event({ kind: 'crisis', state: 'draft', delay_s: 10 }), 0, 0)).toBe(false)
  })

  it('is longer at once', async () => {
    shown(event())
    answer = { event: event({ delay_s: 180, version: 4 }) }
    choose(180)
    await vi.waitFor(() => expect(select()!.value).toBe('180'), PATIENCE)
    expect(asked).toEqual([{ version: 3, delay_s: 180 }])
  })

  it('is shorter when a second person agreed: until then the old one stands', async () => {
    const desk = shown(event())
    answer = { id: 'p1', kind: 'event.safety', payload: { name: 'Kidney', changes: { delay_s: 60 } }, proposed_by: 'person:a', yours: true }
    choose(60)
    await vi.waitFor(() => expect(desk.two.said.value).toContain('delay_s: 60'), PATIENCE)
    await vi.waitFor(() => expect(select()!.value).toBe('120'), PATIENCE)
    expect([...select()!.options].map((one) => one.textContent)).toEqual(['0 s, by two people', '10 s, by two people', '20 s, by two people', '60 s, by two people', '120 s', '180 s', '300 s'])
  })

  it('is offered to nobody who may not change it, nor after the end', () => {
    shown(event(), [])
    expect(select()).toBeNull()
    shown(event({ state: 'ended' }))
    expect(select()).toBeNull()
  })

  it("is the tablet's from then on: said beside its outbox, and the whole of the next ring", () => {
    now_ms.value = NOON
    const update = { id: 'u1', state: 'counting_down', texts: { en: 'Next.' }, received_at: new Date(NOON).toISOString(), release_at: new Date(NOON + 180_000).toISOString(), hold_left_s: null, deliveries: [] } as unknown as DeskUpdate
    const held = signal(event())
    const tablet = {
      store: { isKnown: signal(true), event: held, counting: signal([update]), updates: signal([update]), channelById: signal(new Map()) },
      sender: { waiting: signal([]) },
      steps: signal([]),
      rights: signal(new Set()),
      writing: { lang: signal('en') },
      acting: new Acting(true),
    } as unknown as Tablet
    const both = () => {
      render(
        <>
          <Countdowns tablet={tablet} />
          <Outbox tablet={tablet} />
        </>,
        root,
      )
      return root.querySelector('.out')!.textContent
    }
    expect(both()).toContain('120 s')
    held.value = event({ delay_s: 180, version: 4 })
    expect(both()).toContain('180 s')
    expect(root.querySelector('.count .ring')!.textContent).toContain('180')
  })
})
