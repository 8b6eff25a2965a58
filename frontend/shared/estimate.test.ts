import { describe, expect, it } from 'vitest'
import type { ChannelPreview, Plan, Preview } from './draft.ts'
import { estimateOf, money } from './estimate.ts'

const plan = (more: Partial<Plan>): Plan => ({
  messages: 1, units: 1, ahead: 0, first_s: 20, last_s: 20, waiting: 0, too_late: 0, in_digest: 0, units_per_s: null, cost: { kind: 'free', amount: null, currency: '' }, ...more,
})
const channel = (name: string, people: number | null, more: Partial<Plan>): ChannelPreview => ({
  channel_id: name, adapter: name, name, lang: 'en', parts: ['Text'], people, plan: plan(more),
  measured: { weight: 4, limit: 280, fits: true, encoding: null, segments: null, offenders: [] },
})
const preview = (...channels: ChannelPreview[]): Preview => ({ channels, guard: { decision: 'pass', spans: [] }, delay_s: 20, needs: '' })

describe('the estimate', () => {
  it('adds people and money up, and ends with the slowest channel', () => {
    const found = estimateOf(preview(
      channel('X', null, { cost: { kind: 'priced', amount: '0.01', currency: 'EUR' } }),
      channel('SMS', 3000, { messages: 3000, units: 6000, last_s: 220, units_per_s: 30, waiting: 1200, cost: { kind: 'priced', amount: '47.40', currency: 'EUR' } }),
    ))
    expect(found.people).toBe(3000)
    expect(found.sums).toEqual([{ currency: 'EUR', amount: 47.41 }])
    expect([found.done_s, found.units_per_s, found.parts]).toEqual([220, 30, 6000])
    expect(found.waits).toEqual([])
  })

  it('says what is not known instead of guessing it', () => {
    const found = estimateOf(preview(channel('SMS', 10, { cost: { kind: 'unpriced', amount: null, currency: '' } })))
    expect([found.sums, found.unpriced]).toEqual([[], ['SMS']])
  })

  it('tells what waits and what would be too old, and then knows no end', () => {
    const found = estimateOf(preview(channel('X', null, { messages: 5, waiting: 3, too_late: 1, last_s: null, ahead: 2 })))
    expect(found.done_s).toBeNull()
    expect(found.waits).toEqual([{ channel: 'X', all: 5, waiting: 2, until_s: null, too_late: 1, in_digest: 0, ahead: 2 }])
  })

  it('writes small amounts with the digits that they need', () => {
    expect(money(0.0079, 'USD', 'en')).toBe('$0.0079')
    expect(money(1123.2, 'EUR', 'en')).toBe('€1,123.20')
  })
})
