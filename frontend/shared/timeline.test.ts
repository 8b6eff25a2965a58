import { describe, expect, it } from 'vitest'
import cases from '../../tests/fixtures/timeline/cases.json' with { type: 'json' }
import digests from '../../tests/fixtures/timeline/digests.json' with { type: 'json' }
import { digest, take, type Timeline } from './timeline.ts'
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
