/** Threads are cut in the browser where the server will cut them. */

import { describe, expect, test } from 'vitest'

import cases from '../../tests/fixtures/measure/split.json'
import { type Rule, measure } from './measure.ts'
import { graphemeBorders, split, WordTooLong } from './split.ts'

describe('a thread', () => {
  test.each(cases.threads)('is cut at the same places: $name', ({ rule, limit, text, parts }) => {
    expect(split(text, limit, (part) => measure(rule as Rule, part).weight)).toEqual(parts)
  })

  test.each(cases.graphemes)('never cuts what a reader sees as one: $text', ({ text, count }) => {
    expect(graphemeBorders(text).length).toBe(count)
  })

  test('never cuts a link', () => {
    const link = `See https://a.example/${'x'.repeat(100)} now`
    expect(() => split(link, 60, (part) => measure('sms', part).weight)).toThrow(WordTooLong)
  })
})
