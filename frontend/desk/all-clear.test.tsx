import { signal } from '@preact/signals'
import { render } from 'preact'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EventState } from '../shared/wire.ts'
import { ClearEffects } from './all-clear.tsx'
import type { Desk } from './desk.ts'

describe('before an all clear is given', () => {
  const root = document.createElement('div')
  const event = { pinned: { do: ['Call 112.'] }, promised_next_at: '2026-11-23T15:10:00Z', replies_open: true } as unknown as EventState
  const desk = { config: { event_id: 'e1' }, store: { event: signal(event) }, may: () => false } as unknown as Desk
  const answer = { told: 6, counting: 1, asked: 0, dropped: [{ channel_id: 'f', name: 'Facebook', updates: 3, people: 0 }, { channel_id: 's', name: 'SMS', updates: 1, people: 4535 }] }
  const shows = (status: number) => {
    vi.stubGlobal('fetch', () => Promise.resolve(Response.json(answer, { status })))
    render(<ClearEffects desk={desk} onLeave={() => undefined} />, root)
    return vi.waitFor(() => expect(root.querySelector('[role="status"]')!.childElementCount).toBeGreaterThan(0))
  }
  beforeEach(() => document.body.append(root))
  afterEach(() => {
    render(null, root)
    vi.unstubAllGlobals()
  })

  it('it says what is dropped on which channel, what would come after it, and what stays', async () => {
    await shows(200)
    const said = root.textContent
    expect(said).toContain('4 updates still wait and are dropped')
    expect(said).toMatch(/Facebook: 3 updates\. SMS: 1 update, 4,535 people have not had it\./)
    expect(said).toContain('1 update is not out yet and would come after it')
    expect(said).toContain('The 6 messages that are out stay')
    expect(said).toContain('“What to do” stays as it is until somebody changes it: “Call 112.”')
    expect(said).toMatch(/promise of a next update by \d\d:\d\d ends/)
    expect(root.querySelector('button')).toBeNull() // who may not change the event is not offered it
  })

  it('it does not pass in silence what could not be read', async () => {
    await shows(503)
    expect(root.textContent).toContain('could not be read')
  })
})
