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

describe('S-15: an account that is connected at its platform', () => {
  const root = document.createElement('div')
  const asked: [string, string, unknown][] = []
  const kind = { adapter: 'x', label: 'X', settings: {}, credentials: { properties: { client_id: { type: 'string' } } }, way_back: 'https://tocsin.test/channels/x/callback' }
  const added = { ...proposal, kind: 'channel.add', subject: '', payload: { adapter: 'x', name: 'Ours', settings: {} } }
  const lost = { ...text('c1', 'Ours'), adapter: 'x', state: 'paused' }
  const answers: Record<string, unknown> = {
    '/channels': [lost], '/channel-kinds': [kind], '/proposals': [added], '/channels/connected': added,
    '/channels/connect': { address: 'https://x.example/yes', pending: 'sealed' }, '/channels/c1/connect': { address: 'https://x.example/again', pending: 'sealed again' },
  }
  const led = vi.fn()
  const shown = (adding = false) => {
    const acting = new Acting(false)
    const page = new Channels(acting, new TwoPeople(acting, { person: { id: 'a' } } as Session))
    page.adding.value = adding
    render(<ChannelsPage page={page} may />, root)
    return page
  }
  const button = (words: string) =>
    vi.waitFor(() => {
      const found = [...root.querySelectorAll('button')].find((one) => one.textContent?.trim() === words)
      expect(found).toBeTruthy()
      return found!
    }, PATIENCE)
  beforeEach(() => {
    asked.length = 0
    led.mockClear()
    sessionStorage.clear()
    document.body.append(root)
    vi.spyOn(location, 'assign').mockImplementation(led)
    vi.stubGlobal('fetch', (address: string, init: RequestInit = {}) => {
      const path = new URL(address, 'https://tocsin.test').pathname.replace('/api/v1', '')
      asked.push([init.method ?? 'GET', path, init.body ? JSON.parse(String(init.body)) : undefined])
      return Promise.resolve(Response.json(answers[path] ?? []))
    })
  })
  afterEach(() => {
    render(null, root)
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
    history.replaceState(null, '', '/')
  })

  it('leads there with what was entered, from the form and from a channel that lost its access', { timeout: 20_000 }, async () => {
    const page = shown()
    ;(await button('Connect again')).click()
    await vi.waitFor(() => expect(led).toHaveBeenCalledWith('https://x.example/again'), PATIENCE)
    expect(sessionStorage.getItem('tocsin.connecting')).toBe('sealed again')
    page.adding.value = true
    const connect = await button('Connect with X')
    expect(root.textContent).toContain(kind.way_back)
    connect.click()
    expect(asked.some(([, path]) => path === '/channels/connect')).toBe(false) // it has no name yet
    const name = root.querySelector<HTMLInputElement>('#add-name')!
    name.value = 'Ours'
    name.dispatchEvent(new Event('input', { bubbles: true }))
    await vi.waitFor(() => expect(name.value).toBe('Ours'), PATIENCE)
    connect.click()
    await vi.waitFor(() => expect(led).toHaveBeenCalledWith('https://x.example/yes'), PATIENCE)
    expect(asked).toContainEqual(['POST', '/channels/connect', { adapter: 'x', name: 'Ours', settings: {}, credentials: {} }])
  })

  it('asks for what the first kind needs although the form was opened before the kinds were there', { timeout: 20_000 }, async () => {
    const page = shown(true)
    expect(root.querySelector('#add-kind')).toBeTruthy()
    expect(page.kinds.value).toEqual([])
    await button('Connect with X')
    expect(root.querySelector<HTMLSelectElement>('#add-kind')!.value).toBe('x')
  })

  it('is proposed when somebody comes back with a yes, and the address forgets it', { timeout: 20_000 }, async () => {
    sessionStorage.setItem('tocsin.connecting', 'sealed')
    history.replaceState(null, '', '/desk?state=s&code=c#channels')
    shown()
    await vi.waitFor(() => expect(asked).toContainEqual(['POST', '/channels/connected', { pending: 'sealed', state: 's', code: 'c' }]), PATIENCE)
    expect([location.search, location.hash, sessionStorage.length]).toEqual(['', '#channels', 0])
    await vi.waitFor(() => expect(root.textContent).toContain('Ours'), PATIENCE)
  })

  it('is not when whoever was asked there said no: it says that, and not that something went wrong', { timeout: 20_000 }, async () => {
    sessionStorage.setItem('tocsin.connecting', 'sealed')
    history.replaceState(null, '', '/desk?error=access_denied&state=s#channels')
    shown()
    await vi.waitFor(() => expect(root.textContent).toContain('the answer was no'), PATIENCE)
    expect(asked.some(([, path]) => path === '/channels/connected')).toBe(false)
  })

  it('is not when they come back without one: it says that nothing was changed', { timeout: 20_000 }, async () => {
    sessionStorage.setItem('tocsin.connecting', 'sealed')
    history.replaceState(null, '', '/desk?state=s&code=#channels')
    const looks: (() => void)[] = []
    vi.spyOn(globalThis, 'setInterval').mockImplementation(((look: () => void) => looks.push(look)) as never)
    shown()
    await vi.waitFor(() => expect(root.textContent).toContain('Nothing was changed'), PATIENCE)
    // Looking again by itself takes back nothing that somebody has not read yet.
    for (const look of looks) look()
    await vi.waitFor(() => expect(asked.filter(([, path]) => path === '/channels')).toHaveLength(2), PATIENCE)
    await vi.waitFor(() => expect(asked.filter(([, path]) => path === '/channels/readiness')).toHaveLength(2), PATIENCE)
    expect(root.textContent).toContain('Nothing was changed')
    expect(asked.some(([, path]) => path === '/channels/connected')).toBe(false)
  })
})
