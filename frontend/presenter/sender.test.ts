import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EventDetail } from '../shared/commands.ts'
import { Sender, type Told } from './sender.ts'
import { Shelf } from './shelf.ts'

const detail = {
  event: { id: 'e1', version: 1, state: 'live', sending: 'open' },
  at: new Date().toISOString(),
  sending_since: null,
  old_after_s: 600,
} as unknown as EventDetail
const wanted = { body: { texts: { en: 'The kidney is pink again.' } }, name: 'Step 1', text: 'The kidney is pink again.', step_id: null }

describe('the outbox', () => {
  let posted: string[]

  beforeEach(() => {
    posted = []
    vi.spyOn(Math, 'random').mockReturnValue(0) // the shortest back-off
    vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
      const answer = (status: number, body: unknown) => Promise.resolve(new Response(JSON.stringify(body), { status }))
      if (path.endsWith('/session')) return answer(200, { person: { id: 'p1' } })
      if (init.method === 'GET') return answer(200, detail)
      posted.push((init.headers as Record<string, string>)['Idempotency-Key']!)
      return answer(201, { id: 'u1', seq: 1, state: 'counting_down', release_at: null })
    })
  })
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
  })

  const outbox = async (told: Partial<Told>) => {
    const sender = new Sender(await Shelf.open(), 'e1', 'p1', 'd1', {
      accepted: () => undefined,
      looked: () => undefined,
      policy: () => undefined,
      photo: (photo) => Promise.resolve(photo),
      ...told,
    })
    await sender.start()
    return sender
  }

  it('D-08 a fault that is no answer stops nothing: it comes back by itself, with the same key', async () => {
    const said = vi.spyOn(console, 'error').mockReturnValue(undefined)
    let faults = 1
    const accepted = vi.fn()
    const sender = await outbox({
      looked: () => {
        if (faults-- > 0) throw new DOMException('The database connection is closing.', 'InvalidStateError')
      },
      accepted,
    })
    await sender.add(wanted)
    await vi.waitFor(() => expect(said).toHaveBeenCalledOnce())
    expect(sender.waiting.value).toHaveLength(1)
    expect(sender.next_at_ms.value).toBeGreaterThan(Date.now())
    // Nobody presses anything and no event comes.
    await vi.waitFor(() => expect(sender.waiting.value).toHaveLength(0), { timeout: 3_000 })
    expect(posted).toHaveLength(1)
    expect(accepted).toHaveBeenCalledOnce()
    sender.stop()
  })

  it('G2 a fault after the answer sends nothing a second time', async () => {
    const said = vi.spyOn(console, 'error').mockReturnValue(undefined)
    const sender = await outbox({
      accepted: () => {
        throw new TypeError('the screen could not show it')
      },
    })
    sender.heard(detail)
    await sender.add(wanted)
    await vi.waitFor(() => expect(said).toHaveBeenCalledOnce())
    await vi.waitFor(() => expect(sender.waiting.value).toHaveLength(0), { timeout: 3_000 })
    expect(posted).toHaveLength(1)
    sender.stop()
  })
})
