import { describe, expect, it } from 'vitest'
import cases from '../../tests/fixtures/timeline/cases.json' with { type: 'json' }
import digests from '../../tests/fixtures/timeline/digests.json' with { type: 'json' }
import { digest, take, type Timeline } from './timeline.ts'
import type { Frame } from './wire.ts'
import type { ServerFrame } from './wire.ts'

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
