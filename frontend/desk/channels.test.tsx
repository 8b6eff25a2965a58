import { render } from 'preact'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Acting } from '../shared/acting.ts'
import type { Session } from '../shared/commands.ts'
import { Channels, ChannelsPage } from './channels.tsx'
import { TwoPeople, whatOf } from './two-people.tsx'

const text = (id: string, name: string) => ({ id, name, adapter: 'twilio', state: 'on', why: '', second_id: null, carried_by: '', probe_ok: true, probe_words: '' })
const PATIENCE = { timeout: 10_000 }
const proposal = {
  id: 'p1',
  kind: 'channel.second',
  event_id: null,
  subject: 'channel:c1',
  payload: { channel_id: 'c1', name: 'SMS', second_id: 'c2', second: 'Spare', instead_of_id: null, instead_of: '' },
  proposed_by: 'person:a',
  proposed_at: '2026-11-22T12:00:00Z',
  expires_at: '2026-11-23T12:00:00Z',
  state: 'open',
  yours: true,
}

describe('S-14: the second provider of a channel', () => {
  const root = document.createElement('div')
  const asked: [string, string, unknown][] = []
  const answers: Record<string, unknown> = { '/channels': [text('c1', 'SMS'), text('c2', 'Spare')], '/proposals': [proposal], '/channels/c1/second': proposal }
  beforeEach(() => {
    asked.length = 0
    document.body.append(root)
    vi.stubGlobal('fetch', (address: string, init: RequestInit = {}) => {
      const path = new URL(address, 'https://tocsin.test').pathname.replace('/api/v1', '')
      const method = init.method ?? 'GET'
      asked.push([method, path, init.body ? JSON.parse(String(init.body)) : undefined])
      return Promise.resolve(Response.json(answers[path] ?? [], { status: method === 'PUT' ? 202 : 200 }))
    })
  })
  afterEach(() => {
    render(null, root)
    vi.unstubAllGlobals()
  })

  it('is proposed: the page says who confirms, and shows what is in force', { timeout: 20_000 }, async () => {
    const acting = new Acting(false)
    const two = new TwoPeople(acting, { person: { id: 'a' } } as Session)
    render(<ChannelsPage page={new Channels(acting, two)} may />, root)
    const select = await vi.waitFor(() => {
      const found = root.querySelector<HTMLSelectElement>('#second-c1')
      expect(found).toBeTruthy()
      return found!
    }, PATIENCE)
    select.value = 'c2'
    select.dispatchEvent(new Event('change', { bubbles: true }))
    await vi.waitFor(() => expect(root.textContent).toContain('its lists go by: Spare (until now: nobody'), PATIENCE)
    expect(asked).toContainEqual(['PUT', '/channels/c1/second', { second_id: 'c2' }])
    await vi.waitFor(() => expect(root.querySelector<HTMLSelectElement>('#second-c1')!.value).toBe(''), PATIENCE)
  })

  it('is said in words where it is taken out, too', () => {
    const out = { ...proposal, payload: { ...proposal.payload, second: '', instead_of: 'Spare' } }
    expect(whatOf(out as unknown as Parameters<typeof whatOf>[0])).toBe('If SMS does not answer, its lists go by: nobody: they wait (until now: Spare)')
  })
})
