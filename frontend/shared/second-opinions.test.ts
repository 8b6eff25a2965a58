import { describe, expect, it } from 'vitest'
import { hasChanged, isStale, lapsed, sentBack, type Approval, type Decision } from './second-opinions.ts'

const of = (over: Partial<Approval> = {}): Approval => ({
  update_id: 'u1', event_id: 'e1', kind: 'update', state: 'awaiting_approval', version: 3, revision: 1, needs: 'approver', author_name: 'Marta',
  texts: { en: 'A&E is closed.' }, channel_texts: {}, blanks: {}, correction: {}, pictures: [], channels: [], changed: {}, compared_with: '',
  confirmation: { sentence: '', button: '', people: 0, seconds: 0, cost: null },
  guard: {}, spans: [], little_known: [], decisions: [], waits_since: null, alone_from: null, review_due: false, yours: '', ...over,
})
const said = (verdict: string, revision = 1): Decision => ({ verdict, revision, by: 'person:tom', by_name: 'Tom', by_phone: false, reason: 'Which gate?', at: '' })

describe('what an approver reads', () => {
  it('is stale as soon as the words or the decisions about them are others, or it is gone', () => {
    expect(isStale(of(), of())).toBe(false)
    expect(isStale(of(), of({ version: 4 }))).toBe(true)
    expect(isStale(of(), of({ revision: 2 }))).toBe(true)
    expect(isStale(of(), undefined)).toBe(true)
  })

  it('marks words only where something was said before', () => {
    expect(hasChanged(of({ changed: { en: [{ op: 'new', text: 'A&E is closed.' }] } }))).toBe(false)
    expect(hasChanged(of({ changed: { en: [{ op: 'same', text: 'A&E is closed.' }] } }))).toBe(false)
    expect(hasChanged(of({ changed: { en: [{ op: 'same', text: 'A&E is ' }, { op: 'gone', text: 'open' }, { op: 'new', text: 'closed' }] } }))).toBe(true)
  })

  it('waits again because a word lapsed only until the next decision, and while those words stand', () => {
    const gone = { ...said('lapsed'), by: 'system', reason: 'approver_closed' }
    expect(lapsed(of({ decisions: [said('approved'), gone] }))).toBe('approver_closed')
    expect(lapsed(of({ decisions: [said('approved'), gone], revision: 2 }))).toBe('')
    expect(lapsed(of({ decisions: [said('approved'), gone, said('approved')] }))).toBe('')
  })

  it('was sent back only while those words stand', () => {
    expect(sentBack(of({ decisions: [said('returned')] }))?.reason).toBe('Which gate?')
    expect(sentBack(of({ decisions: [said('returned')], revision: 2 }))).toBeUndefined()
    expect(sentBack(of({ decisions: [said('returned'), said('approved')] }))).toBeUndefined()
  })
})
