import { afterEach, describe, expect, it, vi } from 'vitest'
import { countsOf, overallOf, reachedOf } from './delivery.ts'
import { DeskStore } from './desk-state.ts'
import type { DeskDelivery, DeskReply, DeskUpdate, EventState, Op } from './wire.ts'

const delivery = (over: Partial<DeskDelivery> = {}): DeskDelivery => ({
  id: 'd1', update_id: 'u1', channel_id: 'c1', act: 'post', state: 'queued', reason: '', why: '', next_step: '', due_at: null,
  attempts: 0, parts: 1, parts_sent: 0, counts: {}, url: null, sent_at: null, version: 1, ...over,
})
const update = (over: Partial<DeskUpdate> = {}): DeskUpdate => ({
  id: 'u1', seq: 1, version: 1, kind: 'update', state: 'counting_down', priority: 'normal', texts: { en: 'a' }, channel_texts: {},
  on_page: 'shown', of: null, by: null, answers_reply_id: null, key_moment: false, pinned: false, author_id: null, author_name: '',
  source: 'desk', late: false, composed_at: '', received_at: '', release_at: '2026-01-01T00:00:20Z', hold_left_s: null, occasion: '', planned_at: null,
  released_at: null, expires_at: '', media: [], guard: {}, deliveries: [], ...over,
})
const event = { id: 'e', version: 1, sending: 'open' } as EventState
const storeOf = (updates: DeskUpdate[]) => {
  const store = new DeskStore()
  store.timeline.value = { event, updates, replies: [], channels: [] }
  return store
}

describe('the desk store', () => {
  it('S12: what is planned for another day counts down nowhere and stands in a list of its own', () => {
    const planned = (id: string, state: DeskUpdate['state'], planned_at: string) => update({ id, state, planned_at, occasion: 'day_before', release_at: planned_at })
    const store = storeOf([
      update(),
      planned('b', 'awaiting_approval', '2026-01-03T00:00:00Z'),
      planned('a', 'counting_down', '2026-01-02T00:00:00Z'),
      planned('gone', 'withdrawn', '2026-01-01T00:00:00Z'),
    ])
    expect(store.counting.value.map((one) => one.id)).toEqual(['u1'])
    expect(store.planned.value.map((one) => one.id)).toEqual(['a', 'b'])
    expect(store.waiting.value.map((one) => one.id)).toContain('a')
  })

  it('stacks countdowns with the soonest on top', () => {
    const store = storeOf([
      update({ id: 'b', seq: 2, release_at: '2026-01-01T00:00:40Z' }),
      update({ id: 'a', seq: 1 }),
      update({ id: 'gone', seq: 3, state: 'released' }),
    ])
    expect(store.counting.value.map((one) => one.id)).toEqual(['a', 'b'])
  })
  it('takes the newer of an answer and the stream', () => {
    const store = storeOf([])
    store.begin({ event: { ...event, version: 2, sending: 'hold' } })
    expect(store.event.value?.sending).toBe('hold')
    store.timeline.value = { event: { ...event, version: 3, sending: 'stop' }, updates: [], replies: [], channels: [] }
    expect(store.event.value?.sending).toBe('stop')
  })
  it('shows what an answer said until the stream says as much or more', () => {
    const store = storeOf([update({ version: 1 })])
    store.hear(update({ version: 2, state: 'withdrawn' }))
    store.hear(update({ id: 'u2', seq: 2, version: 0 }))
    expect(store.updates.value.map((one) => [one.id, one.state])).toEqual([['u2', 'counting_down'], ['u1', 'withdrawn']])
    store.timeline.value = { event, updates: [update({ version: 3, state: 'released' }), update({ id: 'u2', seq: 2, version: 1, state: 'withdrawn' })], replies: [], channels: [] }
    expect(store.updates.value.map((one) => [one.id, one.state])).toEqual([['u2', 'withdrawn'], ['u1', 'released']])
  })
  it('counts what was released but has not left among what waits for a decision', () => {
    const store = storeOf([
      update({ id: 'a', seq: 3 }),
      update({ id: 'b', seq: 2, state: 'released', deliveries: [delivery()] }),
      update({ id: 'c', seq: 1, state: 'released', deliveries: [delivery({ state: 'sent' })] }),
    ])
    expect(store.waiting.value.map((one) => one.id)).toEqual(['b', 'a'])
  })
})

describe('a delivery in numbers', () => {
  it('counts people where there are people, and a held one as failed', () => {
    expect(countsOf(delivery({ counts: { delivered: 7904, rejected: 41, queued: 4535 } }))).toEqual({ done: 7904, delivered: 7904, failed: 41, waiting: 4535, all: 12480 })
    expect(countsOf(delivery({ state: 'sending', parts: 3, parts_sent: 1 }))).toEqual({ done: 1, delivered: 0, failed: 0, waiting: 2, all: 3 })
    expect(countsOf(delivery({ state: 'held' }))).toEqual({ done: 0, delivered: 0, failed: 1, waiting: 0, all: 1 })
  })
  it('calls nobody of a list delivered to without a receipt', () => {
    const list = delivery({ state: 'sent', counts: { people: 6, sent: 4, delivered: 2 } })
    expect(countsOf(list)).toEqual({ done: 6, delivered: 2, failed: 0, waiting: 0, all: 6 })
    expect(overallOf([update({ deliveries: [list] })]).overall).toBe('sent')
    expect(overallOf([update({ deliveries: [delivery({ state: 'sent' }), delivery({ state: 'delivered', counts: { people: 6, delivered: 6 } })] })]).overall).toBe('delivered')
    expect(reachedOf(countsOf(list))).toBe('2 delivered, 4 sent')
    expect(reachedOf(countsOf(delivery({ counts: { people: 6, queued: 6 } })))).toBe('0 sent')
  })
  it('never says all delivered while one needs a person', () => {
    const all = [update({ deliveries: [delivery({ state: 'sent' }), delivery({ id: 'd2', state: 'held' })] })]
    expect(overallOf(all)).toEqual({ overall: 'attention', n: 1 })
    const vanished = update({ deliveries: [delivery({ state: 'sent', reason: 'not_seen' })] })
    expect(overallOf([vanished])).toEqual({ overall: 'attention', n: 1 })
    expect(overallOf([update({ deliveries: [delivery({ state: 'unknown' })] })]).overall).toBe('going')
    expect(overallOf([update({ deliveries: [delivery({ state: 'delivered' })] })]).overall).toBe('delivered')
  })
})

describe('a flood while somebody types', () => {
  const reply = (n: number, over: Partial<DeskReply> = {}): DeskReply => ({
    id: `r${String(n).padStart(6, '0')}`, version: 1, state: 'new', text: '', lang: null, author: { name: '', handle: '', url: '', channel: 'x' },
    number: null, url: '', update_id: null, labels: [], guard: {}, claimed_by: null, answered_by_update_id: null,
    at: '2026-11-22T03:00:00Z', received_at: new Date(Date.UTC(2026, 10, 22) + n * 1_000).toISOString(), edited_at: null, ...over,
  })
  class Line {
    static last: Line
    onopen?: () => void
    onmessage?: (event: { data: string }) => void
    constructor() {
      Line.last = this
    }
    send(): void {}
    close(): void {}
    says(message: object): void {
      this.onmessage?.({ data: JSON.stringify(message) })
    }
  }
  let offset = 0
  const says = (...ops: Op[]) => Line.last.says({ type: 'frame', topic: 'e:desk', epoch: 'a', prev: offset, offset: ++offset, ops })
  const came = (from: number, n: number) => says(...Array.from({ length: n }, (_, k): Op => ({ op: 'reply.changed', reply: reply(from + k) })))

  async function open(): Promise<DeskStore> {
    vi.useFakeTimers()
    vi.stubGlobal('WebSocket', Line)
    vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ ticket: 't' }), { headers: { 'content-type': 'application/json' } }))
    const store = new DeskStore()
    store.follow('e')
    await vi.advanceTimersByTimeAsync(1)
    offset = 0
    Line.last.says({ type: 'snapshot', topic: 'e:desk', epoch: 'a', offset, event, items: [], updates: [], replies: [], channels: [], more: false, viewers: null })
    await vi.advanceTimersByTimeAsync(500)
    return store
  }
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it('puts replies off until a pause of typing, a second at most, and nothing else', async () => {
    const store = await open()
    const press = () => dispatchEvent(new KeyboardEvent('keydown', { key: 'a' }))
    came(0, 1)
    expect(store.replies.value.length).toBe(1) // the first at once
    came(1, 10)
    const type = async (ms: number) => {
      for (let n = 0; n < ms / 50; n++) {
        press()
        await vi.advanceTimersByTimeAsync(50)
      }
    }
    await type(600)
    expect(store.replies.value.length).toBe(1)
    says({ op: 'event.changed', event: { ...event, version: 2, sending: 'stop' } })
    await type(200)
    expect(store.event.value?.sending).toBe('stop')
    came(20, 10)
    await type(1_500)
    expect(store.replies.value.length).toBe(21)
    came(40, 10)
    await vi.advanceTimersByTimeAsync(500) // nobody types
    expect(store.replies.value.length).toBe(31)
  })

  it('keeps those somebody looks at when their like are let go, and follows what is decided of them', async () => {
    const store = await open()
    came(0, 5)
    store.keeps = (one) => one.id === reply(2).id
    for (let from = 10; from < 2_000; from += 50) came(from, 50)
    await vi.advanceTimersByTimeAsync(1_500)
    expect(store.replies.value.at(-1)?.id).toBe(reply(2).id)
    says({ op: 'reply.changed', reply: reply(2, { version: 2, state: 'removed', text: '' }) }, { op: 'reply.changed', reply: reply(3, { version: 2 }) })
    await vi.advanceTimersByTimeAsync(1_500)
    expect(store.replies.value.slice(-1).map((one) => [one.id, one.state])).toEqual([[reply(2).id, 'removed']])
    expect(store.came.value).toBe(5 + 40 * 50)
    Line.last.says({ type: 'snapshot', topic: 'e:desk', epoch: 'b', offset: 9, event, items: [], updates: [], replies: [reply(9_000)], channels: [], more: false, viewers: null })
    await vi.advanceTimersByTimeAsync(1_500)
    expect(store.came.value).toBe(5 + 40 * 50) // what a snapshot brings was there and is counted by the server
  })
})
