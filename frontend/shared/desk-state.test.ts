import { describe, expect, it } from 'vitest'
import { EMPTY, fromSnapshot, withOps, DeskStore } from './desk-state.ts'
import { countsOf, overallOf } from './delivery.ts'
import type { DeskDelivery, DeskReply, DeskUpdate, EventState } from './wire.ts'

const delivery = (over: Partial<DeskDelivery> = {}): DeskDelivery => ({
  id: 'd1', update_id: 'u1', channel_id: 'c1', act: 'post', state: 'queued', reason: '', why: '', next_step: '', due_at: null,
  attempts: 0, parts: 1, parts_sent: 0, counts: {}, url: null, sent_at: null, version: 1, ...over,
})
const update = (over: Partial<DeskUpdate> = {}): DeskUpdate => ({
  id: 'u1', seq: 1, version: 1, kind: 'update', state: 'counting_down', priority: 'normal', texts: { en: 'a' }, channel_texts: {},
  on_page: 'shown', of: null, by: null, answers_reply_id: null, key_moment: false, pinned: false, author_id: null, author_name: '',
  source: 'desk', late: false, composed_at: '', received_at: '', release_at: '2026-01-01T00:00:20Z', hold_left_s: null,
  released_at: null, expires_at: '', media: [], guard: {}, deliveries: [], ...over,
})
const reply = (over: Partial<DeskReply> = {}): DeskReply => ({
  id: 'r1', version: 1, state: 'new', text: 't', lang: null, author: { name: '', handle: '', url: '', channel: 'x' }, number: null, url: '',
  update_id: null, labels: [], guard: {}, claimed_by: null, answered_by_update_id: null, at: '', received_at: '', edited_at: null, ...over,
})

describe('the desk state', () => {
  it('takes an answer and a frame in either order, and the newer version stays', () => {
    const newer = withOps(EMPTY, [{ op: 'reply.changed', reply: reply({ version: 2, state: 'shown' }) }])
    const after = withOps(newer, [{ op: 'reply.changed', reply: reply({ version: 1 }) }])
    expect(after.replies.get('r1')?.state).toBe('shown')
  })

  it('keeps a newer delivery when its update is told again with an older one', () => {
    let state = withOps(EMPTY, [{ op: 'update.changed', update: update({ deliveries: [delivery()] }) }])
    state = withOps(state, [{ op: 'delivery.changed', delivery: delivery({ version: 3, state: 'sent' }) }])
    state = withOps(state, [{ op: 'update.changed', update: update({ version: 2, state: 'released', deliveries: [delivery({ version: 2, state: 'sending' })] }) }])
    expect(state.updates.get('u1')).toMatchObject({ state: 'released', deliveries: [{ state: 'sent' }] })
  })

  it('of a snapshot with frames equals a fresh snapshot', () => {
    const event = { id: 'e', version: 1, sending: 'open' } as EventState
    const before = fromSnapshot({ event, updates: [update()], replies: [], channels: [] })
    const told = withOps(before, [
      { op: 'event.changed', event: { ...event, version: 2, sending: 'hold' } },
      { op: 'update.changed', update: update({ version: 2, hold_left_s: 7, release_at: null }) },
      { op: 'reply.changed', reply: reply() },
    ])
    const fresh = fromSnapshot({ event: { ...event, version: 2, sending: 'hold' }, updates: [update({ version: 2, hold_left_s: 7, release_at: null })], replies: [reply()], channels: [] })
    expect(told).toEqual(fresh)
  })

  it('stacks countdowns with the soonest on top', () => {
    const store = new DeskStore()
    store.apply(
      { op: 'update.changed', update: update({ id: 'b', seq: 2, release_at: '2026-01-01T00:00:40Z' }) },
      { op: 'update.changed', update: update({ id: 'a', seq: 1 }) },
      { op: 'update.changed', update: update({ id: 'gone', seq: 3, state: 'released' }) },
    )
    expect(store.counting.value.map((one) => one.id)).toEqual(['a', 'b'])
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
