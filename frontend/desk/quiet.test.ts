import { signal } from '@preact/signals'
import { h, render } from 'preact'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { now_ms } from '../shared/tick.ts'
import type { DeskUpdate, EventState } from '../shared/wire.ts'
import type { Desk } from './desk.ts'
import { Quiet, quietMinutes } from './quiet.tsx'

const NOON = Date.parse('2026-11-22T12:00:00Z')
const event = (over: Partial<EventState> = {}) =>
  ({ id: 'e1', kind: 'surgery', state: 'live', quiet: 'prompt', started_at: '2026-11-22T11:00:00Z', ...over }) as EventState
const said = (at: string | null, state = 'released') => ({ id: at ?? state, state, released_at: at }) as DeskUpdate

describe('N13: silence on the desk', () => {
  const loaded = vi.fn()
  const box = document.createElement('div')

  function show(state: EventState, updates: DeskUpdate[], { touched = false, rights = ['update.submit'] } = {}): string {
    const draft = signal({ channels: ['x'], touched })
    const desk = {
      config: { event_id: 'e1' },
      store: { event: signal(state), updates: signal(updates) },
      acting: { busy: signal(new Set()), once: (_: string, work: () => Promise<void>) => work() },
      writing: { draft, load: loaded },
      may: (right: string) => rights.includes(right),
    }
    render(null, box)
    render(h(Quiet, { desk: desk as unknown as Desk }), box)
    return box.textContent ?? ''
  }

  beforeEach(() => {
    loaded.mockClear()
    now_ms.value = NOON
  })

  it('says for how long nothing has come out, and that a word helps even if nothing changed', () => {
    expect(show(event(), [said('2026-11-22T11:51:20Z'), said('2026-11-22T11:20:00Z')])).toBe(
      'Nothing has been published for 8 minutes. Post an update, even if nothing changed.',
    )
    expect(box.querySelector('[role=status]')).not.toBeNull()
    expect(box.querySelector('button')).toBeNull()
  })

  it('counts from going live while nothing was said, and not from what only waits', () => {
    expect(quietMinutes(event(), [said(null, 'counting_down')], NOON)).toBe(60)
    expect(quietMinutes(event({ quiet: 'fine' }), [], NOON)).toBeUndefined()
    expect(quietMinutes(event({ quiet: 'promise_missed' }), [], NOON)).toBeUndefined()
    expect(show(event({ quiet: 'fine' }), [])).toBe('')
  })

  it('asks for nothing when something has just come out, whatever was asked before', () => {
    expect(show(event(), [said('2026-11-22T11:59:50Z'), said('2026-11-22T11:20:00Z')])).toBe('')
    expect(show(event({ quiet: 'holding_line' }), [said('2026-11-22T11:59:50Z')])).toBe('')
  })

  it('offers a line after longer, which goes into the composer and nowhere else', async () => {
    const asked = vi.fn(async () => new Response(JSON.stringify({ line: { en: 'More soon.', it: 'A presto.' }, needs_a_reader: ['it'] }), { headers: { 'content-type': 'application/json' } }))
    vi.stubGlobal('fetch', asked)
    show(event({ quiet: 'holding_line' }), [said('2026-11-22T11:40:00Z')])
    box.querySelector('button')!.click()
    await vi.waitFor(() => expect(loaded).toHaveBeenCalledWith({ texts: { en: 'More soon.' }, channels: ['x'] }))
    expect(asked).toHaveBeenCalledTimes(1)
    vi.unstubAllGlobals()
  })

  it('takes nobody their draft, and offers nothing to those who may not send', () => {
    show(event({ quiet: 'holding_line' }), [], { touched: true })
    expect(box.querySelector('button')!.disabled).toBe(true)
    show(event({ quiet: 'holding_line' }), [], { rights: [] })
    expect(box.querySelector('button')).toBeNull()
  })
})
