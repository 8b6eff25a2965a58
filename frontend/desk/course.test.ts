import { describe, expect, it } from 'vitest'
import { halfAfter_s, rowsOf } from './course.tsx'

describe("the chart's table", () => {
  it('has every step of a short course, a few even ones of a long one, and always the last', () => {
    expect(rowsOf(2)).toEqual([1])
    expect(rowsOf(6)).toEqual([1, 2, 3, 4, 5])
    const long = rowsOf(61)
    expect(long.length).toBeLessThanOrEqual(10)
    expect(long.at(-1)).toBe(60)
    expect(rowsOf(0)).toEqual([])
  })
})

describe('when half had left', () => {
  const course = (sent: number[]) => ({ since: '2026-11-22T09:00:00Z', step_s: 5, people: 100, sent, delivered: sent })
  it('is counted of those that left, and is one step at least', () => {
    expect(halfAfter_s(course([0, 10, 40, 60, 80]))).toBe(10)
    expect(halfAfter_s(course([0, 80]))).toBe(5)
    expect(halfAfter_s(course([0, 0, 0, 1]))).toBe(15)
  })
})
