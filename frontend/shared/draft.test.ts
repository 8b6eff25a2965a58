import { describe, expect, it } from 'vitest'
import { EMPTY_DRAFT, replaced, runsOf, sendableOf, submitBody, type Draft, type Preview } from './draft.ts'

const event = { state: 'live', sending: 'open', default_lang: 'en' } as const
const draft: Draft = { ...EMPTY_DRAFT, texts: { en: 'Robot docked.' } }
const preview = (over: Partial<Preview> = {}): Preview => ({
  channels: [{ channel_id: 'c', adapter: 'x', name: 'X', lang: 'en', parts: ['Robot docked.'], people: null, plan: null, measured: { weight: 13, limit: 280, fits: true, encoding: null, segments: null, offenders: [] } }],
  guard: { decision: 'pass', spans: [] },
  delay_s: 20,
  needs: '',
  ...over,
})
const span = { start: 0, end: 5, class: 'A', reason: 'A name.', replacement: 'The patient' }

describe('what Send may do', () => {
  it('is nothing before the privacy check of exactly this text', () => {
    expect(sendableOf(draft, undefined, event).kind).toBe('checking')
    expect(sendableOf(draft, preview(), event)).toEqual({ kind: 'ready', delay_s: 20 })
    expect(sendableOf(draft, preview({ needs: 'approver' }), event)).toEqual({ kind: 'approval', needs: 'approver' })
  })
  it('is nothing when the guard blocks, on hold too', () => {
    const blocked = preview({ guard: { decision: 'block', spans: [span] } })
    expect(sendableOf(draft, blocked, event)).toEqual({ kind: 'blocked', span })
    expect(sendableOf(draft, blocked, { ...event, sending: 'hold' }).kind).toBe('blocked')
  })
  it('G10: is nothing when the guard blocks without saying where', () => {
    expect(sendableOf(draft, preview({ guard: { decision: 'block', spans: [], code: 'guard_failed' } }), event)).toEqual({ kind: 'blocked', span: undefined })
  })
  it('names how much over and where', () => {
    const long = preview()
    long.channels[0]!.measured = { weight: 294, limit: 280, fits: false, encoding: null, segments: null, offenders: [] }
    expect(sendableOf(draft, long, event)).toEqual({ kind: 'too-long', over: 14, channel: 'X' })
  })
  it('asks first, queues on hold, and stops when stopped, ended or empty', () => {
    expect(sendableOf(draft, preview({ guard: { decision: 'ask', spans: [span] } }), event).kind).toBe('ask')
    expect(sendableOf(draft, preview(), { ...event, sending: 'hold' }).kind).toBe('hold')
    expect(sendableOf(draft, preview(), { ...event, sending: 'stop' }).kind).toBe('stopped')
    expect(sendableOf(draft, preview(), { ...event, state: 'ended' }).kind).toBe('not-live')
    expect(sendableOf({ ...draft, texts: { it: 'solo', en: ' ' } }, preview(), event).kind).toBe('empty')
    expect(sendableOf({ ...draft, channels: [] }, preview(), event).kind).toBe('no-channel')
  })
  it('confirms only what a person was asked, and leaves empty languages out', () => {
    expect(submitBody({ ...draft, texts: { en: 'a', it: ' ' } }, 'desk', false)).toEqual({ texts: { en: 'a' }, key_moment: false, pinned: false, source: 'desk' })
    expect(submitBody(draft, 'presenter', true)['confirmed']).toBe(true)
  })
})

describe('marks in a text', () => {
  it('stand at code points, after emoji too', () => {
    const text = '🎉 Marco is well'
    const at = { ...span, start: 2, end: 7 }
    expect(replaced(text, at)).toBe('🎉 The patient is well')
    expect(runsOf(text, [at])).toEqual([
      { text: '🎉 ', mark: undefined },
      { text: 'Marco', mark: 'block' },
      { text: ' is well', mark: undefined },
    ])
  })
  it('that overlap or run out are cut, and the text stays whole', () => {
    const runs = runsOf('abcdef', [{ ...span, start: 1, end: 4 }, { ...span, start: 2, end: 99, verdict: 'ask' }])
    expect(runs.map((run) => run.text).join('')).toBe('abcdef')
    expect(runs.map((run) => run.mark)).toEqual([undefined, 'block', 'ask'])
  })
})
