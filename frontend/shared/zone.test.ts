import { afterEach, describe, expect, it } from 'vitest'
import { clock, clockOn, day } from './when.ts'
import { instantOf, isElsewhere, timeZone, useZone, wallText, zoneName } from './zone.ts'

const AT = Date.UTC(2026, 10, 22, 23, 30)
const KIRITIMATI = 'Pacific/Kiritimati' // 14 h ahead: nobody runs the tests there

describe('the time on the screens of the staff', () => {
  afterEach(() => useZone(''))

  it('is the house\'s, whatever the browser\'s zone is', () => {
    useZone(KIRITIMATI)
    expect([clock(AT), day(AT)]).toEqual(['13:30', '23 November 2026'])
    useZone('America/New_York')
    expect([clock(AT), day(AT)]).toEqual(['18:30', '22 November 2026'])
  })

  it('is of today by the house\'s calendar', () => {
    useZone(KIRITIMATI)
    expect(clockOn(AT, AT + 3_600_000)).toBe('13:30')
    expect(clockOn(AT, Date.UTC(2026, 10, 23, 10, 0))).toMatch(/23.*13:30/)
  })

  it('names its zone where the browser\'s clock shows another', () => {
    useZone(KIRITIMATI)
    expect([isElsewhere(AT), zoneName(AT)]).toEqual([true, 'GMT+14'])
    useZone(Intl.DateTimeFormat().resolvedOptions().timeZone)
    expect(isElsewhere(AT)).toBe(false)
  })

  it('is the browser\'s own where it does not know the house\'s', () => {
    useZone('Atlantis/Capital')
    expect([timeZone(), isElsewhere(AT)]).toEqual([undefined, false])
  })
})

describe('a time that somebody writes', () => {
  afterEach(() => useZone(''))

  it('is meant by the house\'s clock, and is written back as it was', () => {
    useZone('America/New_York')
    expect(instantOf('2026-11-22T18:30').toISOString()).toBe('2026-11-22T23:30:00.000Z')
    expect(wallText('2026-11-22T23:30:00Z')).toBe('2026-11-22T18:30')
    for (const text of ['2026-01-01T00:00', '2026-07-01T12:34', '2026-03-08T01:59', '2026-03-08T03:00', '2026-11-01T03:00']) {
      expect(wallText(instantOf(text))).toBe(text)
    }
  })

  it('is the first where the clocks go back, and still a time where they leave it out', () => {
    useZone('Europe/Rome')
    expect(instantOf('2026-10-25T02:30').toISOString()).toBe('2026-10-25T00:30:00.000Z')
    expect(instantOf('2026-03-29T02:30').toISOString()).toBe('2026-03-29T01:30:00.000Z')
  })
})
