import { afterAll, describe, expect, it } from 'vitest'
import { ApiError } from './api.ts'
import { useLanguage } from './i18n/index.ts'
import { reasonsOf, seenOf } from './reasons.ts'

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

  it('is as exact as the server where the common words of a reason would not be true', async () => {
    await useLanguage('it')
    expect(of('killed', '1 of 3 posts are out on X; the others are not sent any more.').why).toBe('1 di 3 post sono su X; gli altri non vengono più inviati.')
    expect(of('stopped', 'Sending was stopped when 2 of 9 people had been sent to.').why).toBe('L’invio è stato fermato quando era stato inviato a 2 persone su 9.')
    expect(of('killed', 'It was stopped before it left.').why).toBe('È stato fermato prima che uscisse.')
    await useLanguage('fr')
  })

  it('stays the server’s own, marked as English, where the page does not know the sentence or no time is known', () => {
    for (const why of ['A sentence of a newer server.', 'Facebook asks us to wait until later.']) {
      expect(of('limited', why)).toEqual({ why, next: '', lang: 'en' })
    }
    expect(of('a_new_reason', 'Something new.', 'Do this.')).toEqual({ why: 'Something new.', next: 'Do this.', lang: 'en' })
  })

  it('is told likewise of what the server refuses', () => {
    const refused = (code: string, detail: string) => new ApiError({ type: 'about:blank', title: 'T', status: 409, code, detail })
    expect(refused('pin_wrong', 'The PIN is wrong. Tries left: 3. Then this tablet is wiped.').message).toBe(
      'Le code PIN est faux. Essais restants\u00a0: 3, puis la tablette est effacée.',
    )
    // A code with several sentences has words for each of them.
    expect(refused('stopped', 'Sending is stopped here already.').message).toBe('L’envoi est déjà arrêté ici.')
    // What the guard saw, and roles, are the server's words inside the server's words.
    expect(refused('guard_blocked', "This looks like somebody's name. Change the marked words, then send.").message).toBe(
      'Cela ressemble au nom de quelqu’un. Changez les mots marqués, puis envoyez.',
    )
    expect(refused('not_allowed', 'This needs one of these roles on the event: admin, family liaison. Ask an admin to give you one.').message).toContain(': admin')
    const whole = refused('invalid_input', 'What was sent has to be a text.')
    expect(whole.message).toBe('Ce qui a été envoyé doit être un texte.')
    expect(refused('consent_expired', 'The consent has run out. Nothing more can go out; record a new one if the patient agrees.').lang).toBeUndefined()
    expect(refused('http_502', 'The server answered 502. Nothing was changed as far as we know.').message).toContain('502')
    const other = refused('stopped', 'Sending is stopped in words of a newer server.')
    expect([other.message, other.lang]).toEqual(['Sending is stopped in words of a newer server.', 'en'])
  })

  it('is told likewise of what a probe saw, which may be several sentences: all of them, or the server’s own', async () => {
    await useLanguage('it')
    expect(seenOf('X knows us as @valdora. Its stream is closed since 10:00:00 UTC: X is closing the stream.').words).toBe(
      'X ci conosce come @valdora. Il suo flusso è chiuso dalle 10:00:00 UTC: X is closing the stream.',
    )
    expect(seenOf('X knows us as @valdora. It hums.')).toEqual({ words: 'X knows us as @valdora. It hums.', lang: 'en' })
    await useLanguage('fr')
  })

  it('is nothing where nothing is said', () => {
    expect(of('', '')).toEqual({ why: '', next: '', lang: undefined })
  })
})
