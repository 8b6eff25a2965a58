import { afterAll, describe, expect, it } from 'vitest'
import { useLanguage } from '../shared/i18n/index.ts'
import { agreedTo, reachOf } from './confirming.ts'

const shares = [
  { name: 'X', people: null },
  { name: 'Facebook', people: null },
  { name: 'SMS', people: 12_345 },
]
const of = { kind: 'update', event_kind: 'crisis', place: 'Valdora', shares, drill: false }
const said = (sentence: string, over = {}) => ({ sentence, button: '', people: 12_345, seconds: 61, cost: 740.7, ...over })
const ALERT =
  'Alert about 12 300 people by SMS and everybody who follows X, Facebook and our page about Valdora. It goes out 20 s after you agree, and the last text is sent about 2 min later. It costs 740.70.'

describe('what a person agrees to', () => {
  afterAll(() => useLanguage('en'))

  it('is the server’s sentence on an English desk', () => {
    expect(agreedTo(said(ALERT), of)).toEqual({ words: ALERT, lang: undefined })
  })

  it('says the same facts in the person’s language: to whom, where, when and for how much', async () => {
    await useLanguage('es')
    expect(agreedTo(said(ALERT), of).words.replaceAll(/[\u00a0\u202f]/g, ' ')).toBe(
      'Alertar a: unas 12.300 personas por SMS y quienes siguen X, Facebook y nuestra página (lugar: Valdora). Sale 20 s después de que usted lo apruebe, y el último SMS sale unos 2 min después. Cuesta 740.70.',
    )
  })

  it('knows one person, no place, no price, a drill, and what is put right at once', async () => {
    await useLanguage('ca')
    const one = said('Take back 1 person by SMS and everybody who follows our page. It goes out at once. The cost is not known: no price is set.', { people: 1, seconds: 1, cost: null })
    const taken = { ...of, kind: 'retraction', place: '', shares: [{ name: 'SMS', people: 1 }] }
    expect(agreedTo(one, taken).words).toBe('Retirar davant de: 1 persona per SMS i tothom qui segueix la nostra pàgina. Surt de seguida. No se sap el cost: no hi ha preu fixat.')
    expect(agreedTo(one, { ...taken, drill: true }).words).toMatch(/Això és un simulacre: va als simuladors i no costa res\.$/)
  })

  it('stays the server’s own, marked as English, where a newer server says it otherwise', () => {
    expect(agreedTo(said('Something newer.'), of)).toEqual({ words: 'Something newer.', lang: 'en' })
  })

  it('tells whom each channel reaches in the person’s language too', async () => {
    const sms = (reach: string) => reachOf({ name: 'SMS', people: 6, reach })
    await useLanguage('it')
    expect(reachOf({ name: 'X', people: null, reach: 'everybody who follows X' })).toEqual({ words: 'chi segue X', lang: undefined })
    expect(sms('6 people by SMS, 1 text each').words).toBe('6 persone per SMS, 1 SMS a testa')
    expect(sms('6 people by SMS, 3 parts each').words).toBe('6 persone per SMS, 3 parti a testa')
    expect(sms('said otherwise')).toEqual({ words: 'said otherwise', lang: 'en' })
    await useLanguage('en')
    expect(sms('6 people by SMS, 1 text each').words).toBe('6 people by SMS, 1 text each')
  })
})
