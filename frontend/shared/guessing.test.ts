import { describe, expect, it } from 'vitest'
import { EMPTY_DRAFT, type ChannelPreview, type Draft, type Preview } from './draft.ts'
import { guess } from './guessing.ts'

const channel = (adapter: string, parts: string[], limit: number): ChannelPreview => ({
  channel_id: adapter, adapter, name: adapter, lang: 'en', parts, people: null, plan: null,
  measured: { weight: 0, limit, fits: true, encoding: null, segments: null, offenders: [] },
})
const preview = (...channels: ChannelPreview[]): Preview => ({ channels, guard: { decision: 'pass', spans: [] }, delay_s: 20, needs: '' })
const draft = (en: string, channel_texts: Draft['channel_texts'] = {}): Draft => ({ ...EMPTY_DRAFT, texts: { en }, channel_texts })

describe('a count while typing', () => {
  it('keeps the drill’s stamp and the hashtag that the server adds', () => {
    const last = preview(channel('x', ['DRILL DRILL DRILL. Robot docked. #KidneyLive'], 280))
    const now = guess(last, draft('Robot docked.'), draft('Robot docked 🎉.')).channels[0]!
    expect(now.parts).toEqual(['DRILL DRILL DRILL. Robot docked 🎉. #KidneyLive'])
    expect(now.measured.weight).toBe(19 + 'Robot docked '.length + 2 + 1 + ' #KidneyLive'.length)
  })
  it('says at once when one character makes an SMS longer', () => {
    const last = preview(channel('twilio', ['Robot docked.'], 1530))
    const now = guess(last, draft('Robot docked.'), draft('Robot docked. ç ŵ')).channels[0]!
    expect(now.measured.encoding).toBe('UCS-2')
    expect(now.measured.offenders.length).toBeGreaterThan(0)
  })
  it('measures a channel’s own words, and leaves a thread to the server', () => {
    const last = preview(channel('x', ['Short.'], 280), channel('facebook', ['a', 'b'], 5000))
    const now = guess(last, draft('Long.', { x: { en: 'Short.' } }), draft('Longer.', { x: { en: 'Shorter.' } }))
    expect(now.channels[0]!.measured.weight).toBe(8)
    expect(now.channels[1]).toBe(last.channels[1])
  })
})
