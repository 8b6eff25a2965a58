import { describe, expect, it } from 'vitest'
import { ApiError, NoAnswer } from './api.ts'
import { isRefusal } from './commands.ts'

const answered = (status: number, code = 'some_code') =>
  new ApiError({ type: 'about:blank', title: 'T', status, code, detail: 'D' })

describe('A key is crossed out', () => {
  it.each([400, 403, 404, 409, 410, 413, 422])('by a refusal that settles it (%i)', (status) => {
    expect(isRefusal(answered(status))).toBe(true)
  })

  it.each([401, 408, 425, 429, 500, 502, 503, 504, 507])('never by what settles nothing (%i)', (status) => {
    expect(isRefusal(answered(status))).toBe(false)
  })

  it('never while the first try is still being answered, nor by silence', () => {
    expect(isRefusal(answered(409, 'key_in_progress'))).toBe(false)
    expect(isRefusal(new NoAnswer(new Error('cut')))).toBe(false)
  })
})
