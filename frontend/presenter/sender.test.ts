import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Acting } from '../shared/acting.ts'
import { NoAnswer } from '../shared/api.ts'
import type { EventDetail } from '../shared/commands.ts'
import { DeskStore } from '../shared/desk-state.ts'
import { Stopping } from '../shared/stopping.ts'
import { Sender, type Told } from './sender.ts'
import { FakeDisk } from './fake-disk.ts'
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
  let submit: () => Promise<Response>
  let stands: EventDetail
  let writers: (string | undefined)[]

  const answer = (status: number, body: unknown) => Promise.resolve(new Response(JSON.stringify(body), { status }))

  beforeEach(() => {
    posted = []
    writers = []
    stands = detail
    submit = () => answer(201, { id: 'u1', seq: 1, state: 'counting_down', release_at: null })
    vi.spyOn(Math, 'random').mockReturnValue(0) // the shortest back-off
    vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
      if (path.endsWith('/session')) return answer(200, { person: { id: 'p1' } })
      if (init.method === 'GET') return answer(200, stands)
      posted.push((init.headers as Record<string, string>)['Idempotency-Key']!)
      writers.push((init.headers as Record<string, string>)['X-Tocsin-Person'])
      return submit()
    })
  })
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
  })

  const outbox = async (told: Partial<Told>) => {
    const sender = new Sender(await Shelf.open(), 'e1', 'p1', 'd1', {
      accepted: () => undefined,
      undo: () => Promise.resolve(true),
      recall: () => Promise.resolve(),
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

  it('G1 N5 the log-in page of a network is no answer: the text stays and goes when the server is heard', async () => {
    submit = () => Promise.resolve(new Response('<!doctype html><title>Guest network</title>', { status: 200 }))
    const accepted = vi.fn()
    const sender = await outbox({ accepted })
    sender.heard(detail)
    await sender.add(wanted)
    await vi.waitFor(() => expect(posted).toHaveLength(1))
    await vi.waitFor(() => expect(sender.flying.value).toBeUndefined())
    expect(accepted).not.toHaveBeenCalled()
    expect(sender.waiting.value.map((entry) => entry.text)).toEqual([wanted.text])
    expect(sender.offline.value).toBe(true)
    submit = () => answer(201, { id: 'u1', seq: 1, state: 'counting_down', release_at: null })
    sender.wake()
    await vi.waitFor(() => expect(accepted).toHaveBeenCalledOnce())
    expect(new Set(posted).size).toBe(1)
    sender.stop()
  })

  it('N5 what one person wrote waits for them while somebody else is signed in', async () => {
    submit = () => answer(403, { status: 403, code: 'other_person', title: '', detail: '' })
    const sender = await outbox({})
    sender.heard(detail)
    await sender.add(wanted)
    await vi.waitFor(() => expect(sender.barred.value).toBe('sign-in'))
    expect(writers).toEqual(['p1'])
    expect(sender.waiting.value).toMatchObject([{ refused: null, text: wanted.text }])
    sender.stop()
  })

  it('G6 what waits when hold or stop is pressed without a network does not go with its return', async () => {
    submit = () => Promise.reject(new TypeError('no network'))
    const sender = await outbox({})
    sender.heard(detail)
    await sender.add(wanted)
    await vi.waitFor(() => expect(sender.tried_at_ms.value).toBeDefined())
    const acting = new Acting(false)
    const stopping = new Stopping(new DeskStore(), acting, 'e1', () => void sender.holdBack())
    stopping.hold()
    await vi.waitFor(() => expect(acting.trouble.value?.again).toBeDefined()) // nobody heard it
    expect(acting.trouble.value?.title).toBe('Nobody knows whether sending is on hold') // and not: your text is safe
    submit = () => answer(201, { id: 'u1', seq: 1, state: 'counting_down', release_at: null })
    const before = posted.length
    sender.wake()
    await new Promise((later) => setTimeout(later, 100))
    expect(posted).toHaveLength(before)
    expect(sender.asking.value).toMatchObject([{ asks: 'stopped' }])
    sender.stop()
  })

  it('G1 an answer that names no update settles nothing', async () => {
    submit = () => answer(200, { error: 'session expired' })
    const accepted = vi.fn()
    const sender = await outbox({ accepted })
    sender.heard(detail)
    await sender.add(wanted)
    await vi.waitFor(() => expect(sender.tried_at_ms.value).toBeDefined())
    expect(accepted).not.toHaveBeenCalled()
    expect(sender.waiting.value).toHaveLength(1)
    sender.stop()
  })

  describe('taking back', () => {
    const held = () => {
      let go = (): void => undefined
      const gate = new Promise<void>((open) => (go = open))
      return { go, gate }
    }

    it('N5 what is taken back while the disk writes its first attempt never leaves', async () => {
      const disk = new FakeDisk()
      vi.stubGlobal('indexedDB', disk)
      const sender = await outbox({})
      const shelf_put = vi.spyOn(Shelf.prototype, 'put')
      sender.heard(detail)
      disk.commit_ms = 20
      await sender.add(wanted)
      await vi.waitFor(() => expect(shelf_put).toHaveBeenCalled())
      expect(posted).toHaveLength(0)
      expect(await sender.takeBack(sender.waiting.value[0]!)).toBe(true)
      await new Promise((later) => setTimeout(later, 100))
      expect(posted).toHaveLength(0)
      expect(sender.entries.value).toHaveLength(0)
      expect(disk.stores.get('entries')!.size).toBe(0)
      sender.stop()
    })

    it('G2 it is kept until the server has pulled it back, however often the answer to that is lost', async () => {
      const lost = held()
      submit = async () => {
        await lost.gate
        return answer(201, { id: 'u1', seq: 1, state: 'counting_down', release_at: null })
      }
      const undo = vi.fn(() => (undo.mock.calls.length < 2 ? Promise.reject(new NoAnswer('the radio')) : Promise.resolve(true)))
      const accepted = vi.fn()
      const sender = await outbox({ undo, accepted })
      sender.heard(detail)
      await sender.add(wanted)
      await vi.waitFor(() => expect(sender.flying.value).toBeDefined())
      expect(await sender.takeBack(sender.waiting.value[0]!)).toBe(false)
      lost.go()
      await vi.waitFor(() => expect(undo).toHaveBeenCalledOnce())
      await vi.waitFor(() => expect(sender.tried_at_ms.value).toBeDefined())
      expect(sender.entries.value).toMatchObject([{ undo: true }])
      expect(accepted).not.toHaveBeenCalled()
      sender.wake()
      await vi.waitFor(() => expect(accepted).toHaveBeenCalledWith(expect.anything(), expect.objectContaining({ id: 'u1' }), true))
      expect(sender.entries.value).toHaveLength(0)
      sender.stop()
    })

    it('G2 what another tab lets go while this one is sending it is pulled back on the server', async () => {
      const lost = held()
      submit = async () => {
        await lost.gate
        return answer(201, { id: 'u1', seq: 1, state: 'counting_down', release_at: null })
      }
      const undo = vi.fn(() => Promise.resolve(true))
      const sender = await outbox({ undo })
      sender.heard(detail)
      await sender.add(wanted)
      await vi.waitFor(() => expect(sender.flying.value).toBeDefined())
      const elsewhere = new BroadcastChannel('tocsin.outbox')
      elsewhere.postMessage({ gone: sender.flying.value })
      await vi.waitFor(() => expect(sender.entries.value).toMatchObject([{ undo: true }]))
      elsewhere.close()
      lost.go()
      await vi.waitFor(() => expect(undo).toHaveBeenCalledOnce())
      await vi.waitFor(() => expect(sender.entries.value).toHaveLength(0))
      sender.stop()
    })

    it('D-09 what was tried, asks and is let go is looked for on the server before it leaves the outbox', async () => {
      let answers = false
      submit = () => Promise.reject(new TypeError('no network'))
      const recall = vi.fn(() => (answers ? Promise.resolve() : Promise.reject(new NoAnswer('the radio'))))
      const sender = await outbox({ recall })
      sender.heard(detail)
      await sender.add(wanted)
      await vi.waitFor(() => expect(sender.tried_at_ms.value).toBeDefined())
      // Sending was held meanwhile: what is older than that asks.
      stands = { ...detail, at: new Date(Date.now() + 2_000).toISOString(), sending_since: new Date(Date.now() + 1_000).toISOString() }
      sender.wake()
      await vi.waitFor(() => expect(sender.asking.value).toHaveLength(1))
      await sender.decide([sender.asking.value[0]!.key], false)
      await vi.waitFor(() => expect(recall).toHaveBeenCalled())
      expect(sender.entries.value).toMatchObject([{ undo: true }])
      answers = true
      await vi.waitFor(() => {
        sender.wake()
        expect(sender.entries.value).toHaveLength(0)
      })
      expect(posted).toHaveLength(1)
      sender.stop()
    })
  })
})
