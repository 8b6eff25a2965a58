import { describe, expect, it } from 'vitest'
import { countsOf, overallOf } from './delivery.ts'
import { DeskStore } from './desk-state.ts'
import type { DeskDelivery, DeskUpdate, EventState } from './wire.ts'

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
    expect(countsOf(delivery({ counts: { delivered: 7904, rejected: 41, queued: 4535 } }))).toEqual({ done: 7904, failed: 41, waiting: 4535, all: 12480 })
    expect(countsOf(delivery({ state: 'sending', parts: 3, parts_sent: 1 }))).toEqual({ done: 1, failed: 0, waiting: 2, all: 3 })
    expect(countsOf(delivery({ state: 'held' }))).toEqual({ done: 0, failed: 1, waiting: 0, all: 1 })
  })
  it('never says all delivered while one needs a person', () => {
    const all = [update({ deliveries: [delivery({ state: 'sent' }), delivery({ id: 'd2', state: 'held' })] })]
    expect(overallOf(all)).toEqual({ overall: 'attention', n: 1 })
    expect(overallOf([update({ deliveries: [delivery({ state: 'unknown' })] })]).overall).toBe('going')
    expect(overallOf([update({ deliveries: [delivery({ state: 'delivered' })] })]).overall).toBe('delivered')
  })
})
