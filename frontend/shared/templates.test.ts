import { describe, expect, it } from 'vitest'
import { drafted, type Filled, type Template } from './templates.ts'

const template: Template = {
  id: 'diverted',
  kind: 'crisis',
  title: 'Emergency department diverted',
  when: '',
  filler: false,
  slots: [],
  says: [],
  langs: {
    en: { forms: { page: '', '280': '', '160': '' }, correction: '', all_clear: '', reader: 'somebody' },
    it: { forms: { page: '', '160': '' }, correction: '', all_clear: '', reader: '' },
  },
}
const filled: Filled = {
  texts: { en: { page: 'Long.', '280': 'Middle.', '160': 'Short.' }, it: { page: 'Lungo.', '160': 'Breve.' } },
  correction: { en: 'It was wrong.', it: 'Era sbagliato.' },
  all_clear: { en: 'It is over.', it: 'È finita.' },
  missing: [],
  too_long: [],
  needs_a_reader: ['it'],
  score: 5,
  not_said: [],
}

describe('drafted', () => {
  it('gives each channel its own length and keeps the correction with it', () => {
    const draft = drafted(template, { place: 'A' }, filled, ['en', 'it'], ['x', 'twilio', 'facebook'], 'alert')
    expect(draft.texts).toEqual({ en: 'Long.' })
    expect(draft.channel_texts).toEqual({ x: { en: 'Middle.' }, twilio: { en: 'Short.' } })
    expect(draft.correction).toEqual({ en: 'It was wrong.' })
    expect(draft.template).toEqual({ id: 'diverted', values: { place: 'A' } })
  })

  it('leaves out a language that nobody has read', () => {
    expect(drafted(template, {}, filled, ['it'], ['x'], 'alert').texts).toEqual({})
  })

  it('puts the all clear in as what it is, with no correction of the alert', () => {
    const draft = drafted(template, {}, filled, ['en'], ['x'], 'all_clear')
    expect(draft).toEqual({ texts: { en: 'It is over.' }, kind: 'all_clear', touched: true })
  })
})
