import { describe, expect, it } from 'vitest'
import { clock, clockOn } from './when.ts'

describe('when something was', () => {
  const now = new Date(2026, 10, 22, 8, 0).getTime()

  it('is a time of today, or says its day: what waited overnight does not look new', () => {
    const today = new Date(2026, 10, 22, 7, 10).getTime()
    const yesterday = new Date(2026, 10, 21, 22, 10).getTime()
    expect(clockOn(today, now)).toBe(clock(today))
    expect(clockOn(yesterday, now)).toMatch(/21.*22:10/)
  })
})
