import { describe, expect, it } from 'vitest'
import { EMPTY_DRAFT, previewBody, sendableOf, submitBody, type Preview } from './draft.ts'
import { canBePhoned, canSkipPhoto, needsPhoto, requestOf, type Entry } from './outbox.ts'
import { CHECKS, fitted, lacksOf, photoOf, sizeWords, type Photo } from './photo.ts'

const ALL = Object.fromEntries(CHECKS.map((check) => [check, true]))
const photo = (part: Partial<Photo> = {}): Photo => ({ id: 'p', alt: { en: 'Two hands.' }, graphic: false, checklist: ALL, size_bytes: 9, ...part })
const entry = (part: Partial<Entry>): Entry =>
  ({ seq: 3, body: { texts: { en: 'One.' } }, composed_at: 'T', attempts: 0, asks: null, refused: null, undo: false, ...part }) as Entry

describe('a photo', () => {
  it('lacks words in the main language before it lacks ticks, and nothing once all are there', () => {
    expect(lacksOf(photo({ alt: { it: 'Due mani.', en: ' ' }, checklist: {} }), 'en')).toBe('alt')
    for (const left of CHECKS) expect(lacksOf(photo({ checklist: { ...ALL, [left]: false } }), 'en')).toBe('list')
    expect(lacksOf(photo(), 'en')).toBeUndefined()
  })

  it('keeps Send shut until it is described and looked at, also without a network', () => {
    const event = { state: 'live', sending: 'open', default_lang: 'en' } as const
    const preview = { channels: [], guard: { decision: 'pass', spans: [] }, delay_s: 5, needs: '' } as Preview
    const draft = { ...EMPTY_DRAFT, texts: { en: 'One.' } }
    expect(sendableOf({ ...draft, photo: photo({ checklist: {} }) }, preview, event)).toEqual({ kind: 'photo', lacks: 'list' })
    expect(sendableOf({ ...draft, photo: photo({ alt: {} }) }, undefined, event)).toEqual({ kind: 'photo', lacks: 'alt' })
    expect(sendableOf({ ...draft, photo: photo() }, preview, event).kind).toBe('ready')
  })

  it('is no part of what is asked before it is on the server', () => {
    expect(previewBody({ ...EMPTY_DRAFT, photo: photo() })['alt']).toEqual({ en: 'Two hands.' })
    expect(submitBody({ ...EMPTY_DRAFT, photo: photo() }, 'presenter', false)).not.toHaveProperty('alt')
    expect(JSON.stringify(submitBody({ ...EMPTY_DRAFT, photo: photo() }, 'presenter', false))).not.toContain('photo')
  })

  it('is made smaller and never larger', () => {
    expect(fitted(8000, 6000, 2048)).toEqual({ width: 2048, height: 1536 })
    expect(fitted(300, 900, 2048)).toEqual({ width: 300, height: 900 })
    expect(fitted(10_000, 1, 2048)).toEqual({ width: 2048, height: 1 })
  })

  it('says its size in the reader’s words', () => {
    expect(sizeWords(60_000_000, 'en')).toBe('60 MB')
    expect(sizeWords(1_130_000, 'it')).toBe('1,1 MB')
    expect(sizeWords(86_400, 'en')).toBe('86 kB')
  })

  it('comes back with an update that was taken back, as it was ticked', () => {
    const back = photoOf([{ id: 'm', alt: { en: 'Two hands.' }, graphic: true }])!
    expect(lacksOf(back, 'en')).toBeUndefined()
    expect(needsPhoto(entry({ photo: back }))).toBe(false)
    expect(photoOf([])).toBeUndefined()
  })
})

describe('an entry with a photo', () => {
  it('goes only when the server knows the photo and what was said of it', () => {
    expect(needsPhoto(entry({}))).toBe(false)
    expect(needsPhoto(entry({ photo: photo() }))).toBe(true)
    expect(needsPhoto(entry({ photo: photo({ media: { id: 'm', version: 1, told: false } }) }))).toBe(true)
    expect(needsPhoto(entry({ photo: photo({ media: { id: 'm', version: 2, told: true } }) }))).toBe(false)
  })

  it('names the photo in a request that is the same each time', () => {
    const told = entry({ device_id: 'd', photo: photo({ media: { id: 'm', version: 2, told: true } }) })
    expect(requestOf(told)).toEqual({ texts: { en: 'One.' }, media: ['m'], composed_at: 'T', device_id: 'd', device_seq: 3 })
    expect(requestOf({ ...told, attempts: 4 })).toEqual(requestOf(told))
    expect(requestOf(entry({}))).not.toHaveProperty('media')
  })

  it('can leave it out as long as nothing was asked of the server', () => {
    expect(canSkipPhoto(entry({ photo: photo() }))).toBe(true)
    expect(canSkipPhoto(entry({ photo: photo(), attempts: 1 }))).toBe(false)
    expect(canSkipPhoto(entry({}))).toBe(false)
  })

  it('is read out to the desk only when nothing of it can have left', () => {
    expect(canBePhoned(entry({}))).toBe(true)
    expect(canBePhoned(entry({ attempts: 1 }))).toBe(false)
    expect(canBePhoned(entry({ asks: 'phoned' }))).toBe(false)
  })
})
