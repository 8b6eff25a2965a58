import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError, get, NoAnswer, post } from './api.ts'

// @vitest-environment node
describe('a call', () => {
  let server: Server
  let seen: IncomingMessage[]
  let answer: { status: number; type: string; body: string }
  const real = globalThis.fetch

  beforeEach(async () => {
    seen = []
    answer = { status: 200, type: 'application/json', body: '{"ok":true}' }
    server = createServer((request, response) => {
      seen.push(request)
      response.writeHead(answer.status, { 'Content-Type': answer.type, 'Retry-After': '7' }).end(answer.body)
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    const { port } = server.address() as AddressInfo
    vi.stubGlobal('fetch', (path: string, init: RequestInit) => real(`http://127.0.0.1:${port}${path}`, init))
  })
  afterEach(() => {
    vi.unstubAllGlobals()
    server.close()
  })

  it('that changes something carries the header no other site can set, and its key', async () => {
    await post('events/e/updates', { texts: {} }, { key: 'k1' })
    expect(seen[0]!.headers).toMatchObject({ 'x-tocsin': '1', 'idempotency-key': 'k1', 'content-type': 'application/json' })
    await get('events')
    expect(seen[1]!.headers['x-tocsin']).toBeUndefined()
  })

  it('turns a problem document into its code and its sentence', async () => {
    answer = { status: 409, type: 'application/problem+json', body: JSON.stringify({ type: 'about:blank', title: 'Conflict', status: 409, code: 'event_ended', detail: 'This event has ended. Start another.' }) }
    const error = await get('events/e').catch((e: unknown) => e)
    expect(error).toBeInstanceOf(ApiError)
    expect((error as ApiError).code).toBe('event_ended')
    expect((error as ApiError).message).toBe('This event has ended. Start another.')
    expect((error as ApiError).problem.retry_after_s).toBe(7)
  })

  it('says what it can when a proxy answers HTML', async () => {
    answer = { status: 502, type: 'text/html', body: '<h1>Bad gateway</h1>' }
    const error = (await get('events').catch((e: unknown) => e)) as ApiError
    expect(error.code).toBe('http_502')
  })

  it('G1 that a log-in page answers with 200 got no answer: nobody may take it for a yes', async () => {
    answer = { status: 200, type: 'text/html', body: '<h1>Guest network</h1>' }
    await expect(post('events/e/updates')).rejects.toBeInstanceOf(NoAnswer)
    answer = { status: 200, type: 'text/plain', body: '' }
    await expect(post('events/e/updates')).rejects.toBeInstanceOf(NoAnswer)
    answer = { status: 204, type: 'application/json', body: '' }
    await expect(post('devices/touch')).resolves.toBeUndefined()
  })

  it('that gets no answer is NoAnswer, which is not a refusal', async () => {
    server.close()
    server.closeAllConnections()
    await expect(get('events')).rejects.toBeInstanceOf(NoAnswer)
  })
})
