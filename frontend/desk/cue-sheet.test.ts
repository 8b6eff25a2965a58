import { describe, expect, it } from 'vitest'
import { t } from '../shared/i18n/index.ts'
import { blanksIn, fileOf, stepsOf, voids, type Cue, type Words } from './cue-sheet.ts'

const step: Words = { title: 'Blood flow back', texts: { en: 'Back after {minutes} minutes.' }, key_moment: true, minutes: 75, branch: '', label: { en: 'Blood flows again' } }

describe('a cue sheet', () => {
  it('voids a signature with other words, and not with another minute or what looks the same', () => {
    expect(voids(step, { ...step, minutes: 80 })).toBe(false)
    expect(voids(step, { ...step, texts: { it: ' ', en: 'Back after {minutes} minutes. ' } })).toBe(false)
    expect(voids(step, { ...step, texts: { ...step.texts, it: 'Di nuovo.' } })).toBe(true)
    expect(voids(step, { ...step, title: 'Flow' })).toBe(true)
    expect(voids(step, { ...step, label: { en: 'Blood flows again ', it: '' } })).toBe(false)
    expect(voids(step, { ...step, label: {} })).toBe(true)
    expect(voids(step, { ...step, key_moment: false })).toBe(true)
    expect(voids(step, { ...step, branch: 'bleeding' })).toBe(true)
  })

  it('travels as a file and comes back as it was, without signatures', () => {
    const source = fileOf('Kidney', [{ ...step, id: 's1', signed: true, signers: [{ name: 'Tom', at: null }] } as unknown as Cue])
    expect(stepsOf(source)).toEqual([step])
    expect(source).not.toContain('Tom')
  })

  it.each(['', 'no', '[]', '{"steps":[]}', '{"tocsin_cue_sheet":2,"steps":[{}]}', '{"tocsin_cue_sheet":1,"steps":[{"title":1,"texts":{}}]}', '{"tocsin_cue_sheet":1,"steps":[null]}'])(
    'takes nothing from %j',
    (source) => expect(stepsOf(source)).toBeUndefined(),
  )

  it('knows its blanks, and says how to write one', () => {
    expect(blanksIn('{minutes} of {most}, {minutes}; {No}')).toEqual(['minutes', 'most'])
    expect(t('cue.blanks')).toContain('such as {minutes},')
  })
})
