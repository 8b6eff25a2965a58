// @vitest-environment node
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Acting } from './acting.ts'
import { DeskStore } from './desk-state.ts'
import type { EventState } from './wire.ts'
import { Writing } from './writing.ts'

const event = { id: 'e1', version: 1, state: 'live', sending: 'open', default_lang: 'en', langs: ['en'], delay_s: 20 } as unknown as EventState
const preview = { channels: [], guard: { decision: 'pass', spans: [], code: '' }, delay_s: 20, needs: '' }

describe('sending', () => {
  let server: Server
  let keys: string[]
  let bodies: Record<string, unknown>[]
  let lose: number
  let held: Map<string, string>
  const real = globalThis.fetch

  beforeEach(async () => {
    keys = []
    bodies = []
    lose = 0
    held = new Map()
    vi.stubGlobal('localStorage', {
      getItem: (name: string) => held.get(name) ?? null,
      setItem: (name: string, value: string) => void held.set(name, value),
      removeItem: (name: string) => void held.delete(name),
    })
    server = createServer((request, response) => {
      let text = ''
      request.on('data', (chunk) => (text += chunk))
      request.on('end', () => {
        if (request.url?.endsWith('/preview')) return response.end(JSON.stringify(preview))
        keys.push(String(request.headers['idempotency-key']))
        bodies.push(JSON.parse(text))
        // Taken, but the answer is lost on the way.
        if (lose-- > 0) return request.socket.destroy()
        response.writeHead(201).end(JSON.stringify({ id: 'u1', seq: 1, state: 'counting_down', release_at: '2026-01-01T00:00:20Z' }))
      })
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    const { port } = server.address() as AddressInfo
    vi.stubGlobal('fetch', (path: string, init: RequestInit) => real(`http://127.0.0.1:${port}${path}`, init))
  })
  afterEach(() => {
    vi.unstubAllGlobals()
    server.closeAllConnections()
    server.close()
  })

  const screen = async () => {
    const store = new DeskStore()
    store.begin({ event })
    const acting = new Acting(false)
    const writing = new Writing(store, acting, 'e1', 'presenter')
    writing.start(() => true)
    return { store, acting, writing }
  }
  const ready = (writing: Writing) => vi.waitFor(() => expect(writing.sendable.value.kind).toBe('ready'))

  it('G2: repeats a command whose answer was lost under the same key, also after a reload', async () => {
    lose = 2
    const { acting, writing, store } = await screen()
    writing.type('en', 'Robot docked.')
    await ready(writing)
    writing.send(() => expect.unreachable())
    await vi.waitFor(() => expect(acting.trouble.value?.again).toBeDefined())
    acting.trouble.value!.again!()
    await vi.waitFor(() => expect(keys).toHaveLength(2))
    await vi.waitFor(() => expect(acting.busy.value.size).toBe(0))
    expect(store.counting.value).toEqual([])

    const reloaded = await screen()
    expect(reloaded.writing.draft.value.texts).toEqual({ en: 'Robot docked.' })
    // Whoever opens the page next morning sees what a press would send, and from when it is.
    expect(reloaded.acting.trouble.value!.words).toMatch(/^“Robot docked\.” .*\d\d:\d\d/)
    reloaded.acting.trouble.value!.again!()
    await vi.waitFor(() => expect(keys).toHaveLength(3))
    expect(new Set(keys).size).toBe(1)
    expect(bodies[2]).toEqual(bodies[0])
    await vi.waitFor(() => expect([...held.keys()].some((name) => name.includes('unanswered'))).toBe(false))
  })

  it('counts down on the screen with the answer, before any frame says so', async () => {
    const { writing, store } = await screen()
    writing.type('en', 'Robot docked.')
    await ready(writing)
    const sent = new Promise<string>((done) => writing.send((accepted) => done(accepted.id)))
    expect(await sent).toBe('u1')
    expect(store.counting.value.map((update) => update.texts['en'])).toEqual(['Robot docked.'])
    expect(writing.repeats.value?.id).toBe('u1')
  })

  it('does nothing while the privacy check has not answered for this very text', async () => {
    const { writing } = await screen()
    writing.type('en', 'Robot docked.')
    await ready(writing)
    writing.type('en', 'Robot docked!')
    writing.send(() => expect.unreachable())
    await ready(writing)
    expect(keys).toEqual([])
  })

  it('N5 a second tab that has nothing typed leaves what is typed in the first where a reload finds it', async () => {
    const first = await screen()
    const second = await screen()
    first.writing.type('en', 'A long line about the kidney.')
    // The cue sheet moves on in both tabs.
    second.writing.load({ texts: { en: 'The next step.' }, step_id: 's2' })
    const reloaded = await screen()
    expect(reloaded.writing.draft.value.texts).toEqual({ en: 'A long line about the kidney.' })
    // Its own text it clears.
    reloaded.writing.load({})
    expect((await screen()).writing.draft.value.texts).toEqual({})
  })
})
