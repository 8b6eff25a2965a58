import { describe, expect, it } from 'vitest'
import { countdownOf, unitsOf } from './countdown.ts'
import { KeyBook } from './key-book.ts'
import { modeOf } from './mode.ts'

describe('the mode', () => {
  const event = { kind: 'surgery', state: 'live', sending: 'open' } as const
  it('is one of six, and stop and hold win', () => {
    expect(modeOf(undefined, false).bar).toBe('standby')
    expect(modeOf({ ...event, state: 'scheduled' }, false).bar).toBe('standby')
    expect(modeOf(event, false).bar).toBe('event')
    expect(modeOf({ ...event, kind: 'crisis' }, false).bar).toBe('incident')
    expect(modeOf({ ...event, sending: 'hold' }, false).bar).toBe('hold')
    expect(modeOf({ ...event, sending: 'stop' }, false)).toMatchObject({ bar: 'stop', room: 'stop' })
  })
  it('of a drill has two axes, and stays a drill on hold and when stopped', () => {
    expect(modeOf(event, true)).toEqual({ bar: 'drill', within: 'event', room: 'drill' })
    expect(modeOf({ ...event, sending: 'hold' }, true)).toEqual({ bar: 'drill', within: 'hold', room: 'drill' })
    expect(modeOf({ ...event, sending: 'stop' }, true)).toEqual({ bar: 'stop', within: 'drill', room: 'stop' })
  })
})

describe('a countdown', () => {
  const now = Date.parse('2026-01-01T10:00:00Z')
  it('counts whole seconds down to 0 and no further', () => {
    const update = { release_at: '2026-01-01T10:00:14Z', hold_left_s: null }
    expect(countdownOf(update, 20, now)).toEqual({ left_s: 14, part: 0.7, frozen: false })
    expect(countdownOf(update, 20, now + 60_000)).toEqual({ left_s: 0, part: 0, frozen: false })
  })
  it('is frozen with what was left while on hold', () => {
    expect(countdownOf({ release_at: null, hold_left_s: 7.2 }, 20, now)).toEqual({ left_s: 8, part: 0.36, frozen: true })
  })
  it('splits into units', () => {
    expect(unitsOf(4332)).toEqual({ h: 1, min: 12, s: 12 })
  })
})

describe('the key book', () => {
  const storage = () => {
    const held = new Map<string, string>()
    return {
      getItem: (name: string) => held.get(name) ?? null,
      setItem: (name: string, value: string) => void held.set(name, value),
      removeItem: (name: string) => void held.delete(name),
    }
  }
  it('G2: gives the same command the same key until it is answered, also after a reload', () => {
    let n = 0
    const kept = storage()
    const first = new KeyBook<{ text: string }>(kept, 'book', () => `k${++n}`)
    expect(first.open({ text: 'a' }, 't1').key).toBe('k1')
    const reloaded = new KeyBook<{ text: string }>(kept, 'book', () => `k${++n}`)
    expect(reloaded.open({ text: 'a' }, 't2')).toEqual({ key: 'k1', body: { text: 'a' }, composed_at: 't1' })
    expect(reloaded.open({ text: 'b' }, 't2').key).toBe('k2')
    reloaded.close('k1')
    expect(reloaded.open({ text: 'a' }, 't3').key).toBe('k3')
  })
  it('still gives a key when storage is forbidden or full', () => {
    const broken = { getItem: () => null, removeItem: () => {}, setItem: () => { throw new Error('full') } }
    expect(new KeyBook(broken, 'book', () => 'k').open({}, 't').key).toBe('k')
  })
})
