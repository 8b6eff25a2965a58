/** The counting rules, from the cases that the server is tested with. */

import { describe, expect, test } from 'vitest'

import facebookCases from '../../tests/fixtures/measure/facebook.json'
import smsCases from '../../tests/fixtures/measure/sms.json'
import xCases from '../../tests/fixtures/measure/x.json'
import tables from './measure-tables.json'
import {
  type Version,
  extractHashtags,
  extractLinks,
  measure,
  measureSms,
  measureX,
  plain,
  toPlain,
  weigh,
} from './measure.ts'

const name = (text: string): string => JSON.stringify(text).slice(0, 60)

describe('X', () => {
  test.each(xCases.weights)('weighs $name', ({ text, config, weight, fits }) => {
    const got = measureX(text, config as Version)
    expect([got.weight, got.fits]).toEqual([weight, fits])
  })

  test.each(xCases.counted)('counts $name as the official library does', (item) => {
    const { text, v1, v2, v3, fits, links, hashtags } = item
    expect([weigh(text, 'v1'), weigh(text, 'v2'), weigh(text, 'v3')]).toEqual([v1, v2, v3])
    expect(measureX(text).fits).toBe(fits)
    expect(extractLinks(text).map((link) => link.text)).toEqual(links)
    expect(extractHashtags(text).map((tag) => tag.text)).toEqual(hashtags)
  })

  test.each(xCases.links)('finds links: $name', (item) => {
    const links = extractLinks(item.text)
    expect(links.map((link) => link.text)).toEqual(item.links)
    if ('at' in item) {
      const points = (end: number): number => Array.from(item.text.slice(0, end)).length
      expect(links.map((link) => [points(link.start), points(link.end)])).toEqual(item.at)
    }
  })

  test.each(xCases.hashtags)('finds hashtags: $name', ({ text, hashtags }) => {
    expect(extractHashtags(text).map((tag) => tag.text)).toEqual(hashtags)
  })

  test('every top-level domain makes a link', () => {
    const tlds = tables.x.tlds.split(' ')
    expect(tlds.length).toBeGreaterThan(1500)
    expect(tlds.filter((tld) => weigh(`https://twitter.${tld}`) !== 23)).toEqual([])
  })

  test('an invalid character is named with its place in code points', () => {
    const got = measure('x', '🩺 \ufeffx')
    expect(got.fits).toBe(false)
    expect(got.offenders).toEqual([{ char: '\ufeff', index: 2, replacement: '' }])
  })
})

describe('SMS', () => {
  test.each(smsCases.counted.map((item) => ({ ...item, name: name(item.text) })))('counts $name', (item) => {
    const got = measureSms(item.text)
    expect([got.encoding, got.weight, got.segments]).toEqual([item.encoding, item.units, item.segments])
    expect(measureSms(item.text, 16).segments).toBe(item.segments16)
  })

  test.each(smsCases.offenders)('names what breaks the cheap alphabet in $text', ({ text, offenders }) => {
    const got = measure('sms', text).offenders.map((o) => [o.char, o.index, o.replacement])
    expect(got).toEqual(offenders)
  })

  test.each(smsCases.plain)('makes %s plain', (text, expected) => {
    expect(toPlain(text ?? '')).toBe(expected)
  })

  test('every replacement is in the alphabet', () => {
    const broken = Object.keys(tables.sms.replacements).filter((char) => measureSms(plain(char) ?? 'ç').encoding !== 'GSM-7')
    expect(broken).toEqual([])
  })
})

describe('Facebook', () => {
  test.each(facebookCases.counted)('counts $text', ({ text, weight, fits }) => {
    const got = measure('facebook', text)
    expect([got.weight, got.fits, got.limit]).toEqual([weight, fits, facebookCases.limit])
  })
})
