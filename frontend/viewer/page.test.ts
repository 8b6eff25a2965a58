import { describe, expect, test } from 'vitest'
import { Speech, type ViewerConfig } from './page.ts'

const AT = '2026-11-21T14:59:00Z'

function speech(zone: string): Speech {
  const config: ViewerConfig = {
    slug: 'flood', event_id: 'e1', hospital: 'Sant Pau', drill: false, lang: 'en', main_lang: 'en', zone, emergency: '112', drill_words: '', names: {}, messages: {},
  }
  return new Speech(config)
}

describe('the clock of the page', () => {
  test('is the hospital’s, and names no zone: the page does', () => {
    expect(speech('Europe/Rome').clock(AT, Date.parse(AT))).toBe('15:59')
  })

  test('is the reader’s own, and says so, where the browser does not know the zone', () => {
    const own = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' })
    expect(speech('Europe/Atlantis').clock(AT, Date.parse(AT))).toBe(own.format(new Date(AT)))
    expect(speech('Europe/Atlantis').clock(AT, Date.parse(AT))).toMatch(/^\d\d:\d\d \S+$/)
    expect(speech('Europe/Atlantis').clock('2026-11-19T14:59:00Z', Date.parse(AT))).toMatch(/^19 Nov, \d\d:\d\d \S+$/)
  })
})
