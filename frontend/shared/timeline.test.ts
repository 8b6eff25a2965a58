import { describe, expect, it } from 'vitest'
import cases from '../../tests/fixtures/timeline/cases.json' with { type: 'json' }
import digests from '../../tests/fixtures/timeline/digests.json' with { type: 'json' }
import { digest, MOST_BELOW, MOST_ITEMS, MOST_REPLIES, take, type Timeline } from './timeline.ts'
import type { DeskReply, Frame, Item, Op, ServerFrame } from './wire.ts'

describe('take, on the cases that the server runs as well', () => {
  for (const { name, messages, then, resync } of cases) {
    it(`G9: ${name}`, () => {
      const before = JSON.stringify(messages)
      let timeline: Timeline | undefined
      for (const message of messages as unknown as ServerFrame[]) {
        timeline = take(timeline, message)
        if (!timeline) break
      }
      expect(!timeline).toBe(Boolean(resync))
      if (then) expect(timeline).toEqual(then)
      expect(JSON.stringify(messages)).toBe(before)
    })
  }

  it('gives the same object back when a message changes nothing', () => {
    const snapshot = cases[0]!.messages[0] as unknown as ServerFrame
    const timeline = take(undefined, snapshot)!
    const old = { ...snapshot, type: 'frame', prev: 0, offset: 1, ops: [] } as unknown as ServerFrame
    expect(take(timeline, old)).toBe(timeline)
  })
})

describe('digest', () => {
  for (const { name, snapshot, digest: expected } of digests)
    it(name, () => expect(digest(take(undefined, snapshot as unknown as ServerFrame)!)).toBe(expected))
})

describe('a flood of replies', () => {
  const said = (n: number, version: number) => ({
    id: `r${n}`, version, state: 'new', text: `${n} v${version}`, lang: null, author: { name: '', handle: '', url: '', channel: 'x' },
    number: null, url: '', update_id: null, labels: [], guard: {}, claimed_by: null, answered_by_update_id: null,
    at: '2026-11-22T03:00:00Z', received_at: new Date(Date.UTC(2026, 10, 22, 3, 0, (n * 7) % 50)).toISOString(), edited_at: null,
  })
  const empty = { topic: 't', epoch: 'a', offset: 0, items: [], updates: [], replies: [], channels: [], more: false, floor: null } as unknown as Timeline

  it('is the same at one go as one by one', () => {
    const ops = Array.from({ length: 300 }, (_, index) => ({ op: 'reply.changed', reply: said((index * 37) % 120, 1 + ((index * 13) % 4)) }))
    const frame = (some: unknown[], offset: number) => ({ type: 'frame', topic: 't', epoch: 'a', prev: offset, offset: offset + 1, ops: some }) as unknown as Frame
    let single: Timeline | undefined = empty
    ops.forEach((op, index) => (single = take(single, frame([op], index))))
    let many: Timeline | undefined = empty
    for (let n = 0; n < 3; n++) many = take(many, frame(ops.slice(n * 100, n * 100 + 100), n))
    expect(many?.replies).toEqual(single?.replies)
  })

  it('is so for what the public reads as well, with what is revised and taken away in it', () => {
    const item = (n: number, version: number) => ({
      id: `i${n}`, type: 'reply', version, at: new Date(Date.UTC(2026, 10, 22, 3, 0, (n * 7) % 50)).toISOString(),
      texts: { en: `${n} v${version}` }, state: (n + version) % 5 ? 'shown' : 'removed',
    })
    const ops = Array.from({ length: 360 }, (_, index) => ({
      op: index % 3 ? 'item.added' : 'item.revised', item: item((index * 37) % 120, 1 + ((index * 13) % 4)),
    }))
    const frame = (some: unknown[], offset: number) => ({ type: 'frame', topic: 't', epoch: 'a', prev: offset, offset: offset + 1, ops: some }) as unknown as Frame
    let single: Timeline | undefined = empty
    ops.forEach((op, index) => (single = take(single, frame([op], index))))
    let many: Timeline | undefined = empty
    for (let n = 0; n < 3; n++) many = take(many, frame(ops.slice(n * 120, n * 120 + 120), n))
    expect(many?.items.length).toBeGreaterThan(50)
    expect(many?.items).toEqual(single?.items)
  })
})

describe('a page that is open for days', () => {
  const at = (n: number) => new Date(Date.UTC(2026, 10, 22) + n * 1_000).toISOString()
  const item = (n: number, more: Partial<Item> = {}): Item => ({
    id: `i${String(n).padStart(6, '0')}`, type: 'reply', version: 1, at: at(n), texts: { en: `item ${n}` }, state: 'shown', label: '', of: null,
    by: null, key_moment: false, pinned: false, late: false, composed_at: null, author: null, url: '', pictures: [], step: null, ...more,
  })
  const reply = (n: number, more: Partial<DeskReply> = {}): DeskReply => ({
    id: `r${String(n).padStart(6, '0')}`, version: 1, state: 'new', text: `reply ${n}`, lang: null, author: { name: '', handle: '', url: '', channel: 'x' },
    number: null, url: '', update_id: null, labels: [], guard: {}, claimed_by: null, answered_by_update_id: null, at: at(n), received_at: at(n), edited_at: null, ...more,
  })
  const empty = { topic: 't', epoch: 'a', offset: 0, items: [], updates: [], replies: [], channels: [], more: false, floor: null } as unknown as Timeline
  const hear = (timeline: Timeline, ...ops: Op[]): Timeline =>
    take(timeline, { type: 'frame', topic: 't', epoch: 'a', prev: timeline.offset, offset: timeline.offset + 1, ops })!
  const items = (from: number, n: number, more: (k: number) => Partial<Item> = () => ({})) =>
    Array.from({ length: n }, (_, k): Op => ({ op: 'item.added', item: item(from + k, more(from + k)) }))
  const replies = (from: number, n: number, more: (k: number) => Partial<DeskReply> = () => ({})) =>
    Array.from({ length: n }, (_, k): Op => ({ op: 'reply.changed', reply: reply(from + k, more(from + k)) }))
  const flooded = (of: (from: number, n: number) => Op[], n: number): Timeline => {
    let timeline = empty
    for (let from = 0; from < n; from += 40) timeline = hear(timeline, ...of(from, 40))
    return timeline
  }

  it('holds a bounded number of what the public reads, the newest of them without a gap', () => {
    const timeline = flooded((from, n) => items(from, n), 8_000)
    expect(timeline.items.length).toBeLessThanOrEqual((MOST_ITEMS + MOST_BELOW) * 1.1)
    const newest = timeline.items.slice(0, MOST_ITEMS).map((one) => one.texts['en'])
    expect(newest).toEqual(Array.from({ length: MOST_ITEMS }, (_, k) => `item ${7_999 - k}`))
    expect(timeline.more).toBe(true)
  })

  it('keeps what the house itself said while a flood of replies goes by', () => {
    const timeline = flooded((from, n) => items(from, n, (k) => (k < 5 ? { type: 'update' } : {})), 8_000)
    expect(timeline.items.filter((one) => one.type === 'update').map((one) => one.texts['en'])).toEqual(['item 4', 'item 3', 'item 2', 'item 1', 'item 0'])
  })

  it('does not put back what it let go when a correction of it comes late, and takes that of what it kept', () => {
    const timeline = flooded((from, n) => items(from, n, (k) => (k === 7 ? { type: 'update' } : {})), 8_000)
    const late = hear(timeline, { op: 'item.revised', item: item(6, { version: 2, state: 'corrected' }) }, { op: 'item.revised', item: item(7, { type: 'update', version: 2, state: 'corrected' }) })
    expect(late.items.filter((one) => one.at < item(100).at).map((one) => [one.id, one.state])).toEqual([[item(7).id, 'corrected']])
    expect(late.offset).toBe(timeline.offset + 1)
  })

  it('has the same digest as one that let nothing go', () => {
    const cut = flooded((from, n) => items(from, n), 8_000)
    const event = { id: 'e', state: 'live', sending: 'open', title: '', headline: '' } as Timeline['event']
    const all = { ...empty, event, items: Array.from({ length: 8_000 }, (_, k) => item(7_999 - k)) }
    expect(digest({ ...cut, event })).toBe(digest(all))
  })

  it('holds a bounded number of replies at the desk, counts what it let go, and keeps what a tablet may still answer', () => {
    const timeline = flooded((from, n) => replies(from, n, (k) => (k === 3 ? { state: 'shown' } : k === 4 ? { state: 'shown', answered_by_update_id: 'u' } : {})), 6_000)
    expect(timeline.replies.length).toBeLessThanOrEqual((MOST_REPLIES + MOST_BELOW) * 1.1)
    expect(timeline.replies.length + timeline.letGo!).toBe(6_000)
    expect(timeline.replies.at(-1)!.id).toBe(reply(3).id)
    const decided = hear(timeline, { op: 'reply.changed', reply: reply(9, { version: 2, state: 'hidden' }) }, { op: 'reply.changed', reply: reply(8, { version: 2, state: 'shown' }) })
    expect(decided.replies.slice(-2).map((one) => one.id)).toEqual([reply(8).id, reply(3).id])
  })

  it('lets nobody go who asks for help and waits for a person', () => {
    const timeline = flooded((from, n) => replies(from, n, (k) => (k === 2 ? { labels: ['help'] } : k === 5 ? { labels: ['help'], state: 'hidden' } : {})), 6_000)
    expect(timeline.replies.at(-1)!.id).toBe(reply(2).id)
    expect(timeline.replies.some(({ id }) => id === reply(5).id)).toBe(false)
  })
})
