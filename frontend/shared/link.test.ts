import { describe, expect, it } from 'vitest'
import { afterCall, QUICK_LINK, type Call, type Link } from './link.ts'

const call = (took_ms: number, file_bytes = 0): Call => ({ answered: true, took_ms, file_bytes })
const after = (...calls: Call[]): Link => calls.reduce(afterCall, QUICK_LINK)

describe('a link', () => {
  it('is slow after one answer that took over four seconds', () => {
    expect(after(call(3_900)).slow).toBe(false)
    expect(after(call(4_100)).slow).toBe(true)
  })

  it('is quick again after two quick answers in a row, not after one', () => {
    expect(after(call(5_000), call(100)).slow).toBe(true)
    expect(after(call(5_000), call(100), call(100))).toEqual(QUICK_LINK)
    expect(after(call(5_000), call(100), call(5_000), call(100)).slow).toBe(true)
    expect(after(call(5_000), call(3_000), call(3_000)).slow).toBe(true)
  })

  it('judges a photo by its rate: a megabyte in ten seconds is quick, in three minutes slow', () => {
    expect(after(call(10_000, 1_000_000)).slow).toBe(false)
    expect(after(call(180_000, 1_000_000)).slow).toBe(true)
  })

  it('does not take silence for slowness', () => {
    expect(after({ answered: false, took_ms: 15_000, file_bytes: 0 })).toEqual(QUICK_LINK)
  })
})
