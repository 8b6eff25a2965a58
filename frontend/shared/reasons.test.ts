import { afterAll, describe, expect, it } from 'vitest'
import { useLanguage } from './i18n/index.ts'
import { reasonsOf } from './reasons.ts'

const of = (reason: string, why: string, next_step = '') => reasonsOf({ reason, why, next_step })
const limited = ['limited', 'Facebook asks us to wait until 15:20.', 'It goes out by itself.'] as const

describe('what a delivery says about itself', () => {
  afterAll(() => useLanguage('en'))

  it('is the server’s sentence where the page speaks English', () => {
    expect(of(...limited)).toEqual({ why: limited[1], next: limited[2], lang: undefined })
  })

  it('is the person’s language elsewhere, with the channel, the time and the platform’s own words kept', async () => {
    await useLanguage('fr')
    expect(of(...limited)).toEqual({
      why: 'Facebook demande d’attendre jusqu’à 15:20.',
      next: 'Cela part tout seul.',
      lang: undefined,
    })
    expect(of('content', 'X refused the text: Duplicate content').why).toBe('X a refusé le texte\u00a0: Duplicate content')
    expect(of('content', 'X refused the text: no reason was given.').why).toBe('X a refusé le texte\u00a0: aucune raison donnée.')
  })

  it('stays the server’s own, marked as English, where the page does not know the sentence or no time is known', () => {
    for (const why of ['A sentence of a newer server.', 'Facebook asks us to wait until later.']) {
      expect(of('limited', why)).toEqual({ why, next: '', lang: 'en' })
    }
    expect(of('a_new_reason', 'Something new.', 'Do this.')).toEqual({ why: 'Something new.', next: 'Do this.', lang: 'en' })
  })

  it('is nothing where nothing is said', () => {
    expect(of('', '')).toEqual({ why: '', next: '', lang: undefined })
  })
})
