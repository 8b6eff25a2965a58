import { describe, expect, it } from 'vitest'
import type { Preview } from './draft.ts'
import { guardLine } from './sendable-words.ts'

const preview = (guard: Partial<Preview['guard']>): Preview => ({ channels: [], guard: { decision: 'pass', spans: [], ...guard }, delay_s: 10, needs: '' })

describe('the privacy line above Send', () => {
  it('claims nothing of a language that the check knows little of, and asks the author to read again', () => {
    const line = guardLine({ kind: 'ready', delay_s: 10 }, preview({ little_known: ['ar'] }))
    expect([line.title, line.tone]).toEqual(['The privacy check knows little of this language.', 'ct-warn'])
    expect(line.words).toMatch(/Read it again yourself.*AR text/)
  })

  it('says that the check passed where it knows the language', () => {
    expect(guardLine({ kind: 'ready', delay_s: 10 }, preview({ little_known: [] })).tone).toBe('ct-ok')
  })
})
