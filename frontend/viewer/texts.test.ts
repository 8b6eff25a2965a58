import { describe, expect, test } from 'vitest'
import cases from '../../tests/fixtures/viewer/texts.json'
import type { Texts } from '../shared/wire.ts'
import { chosen, headlineAndRest, linkPieces, webAddress } from './texts.ts'

/** The same cases run in tests/feeds/test_texts.py. */
describe('a message is laid out as the server lays it out', () => {
  test.each(cases.headline_and_rest)('headline of %j', (text, headline, rest) => {
    expect(headlineAndRest(text!)).toEqual([headline, rest])
  })
  test.each(cases.link_pieces as [string, [string, string][]][])('links of %j', (text, pieces) => {
    expect(linkPieces(text)).toEqual(pieces)
  })
  test.each(cases.chosen as unknown as [Texts, string, string, [string, string]][])('choice from %j', (texts, lang, main, found) => {
    expect(chosen(texts, lang, main)).toEqual(found)
  })
  test.each(cases.web_address)('address %j', (url, found) => {
    expect(webAddress(url!)).toBe(found)
  })
})
