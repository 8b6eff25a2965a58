import { render } from 'preact'
import { afterEach, describe, expect, it } from 'vitest'
import type { Ahead, Attempt, DeliveryDetail } from '../shared/commands.ts'
import { shownOf, Tries } from './tries.tsx'

const attempt = (n: number, over: Partial<Attempt> = {}): Attempt => ({
  n,
  part: 1,
  intent_at: `2026-11-23T15:00:${String(n).padStart(2, '0')}Z`,
  finished_at: null,
  outcome: 'Unavailable',
  reached: 'not_taken',
  code: '503',
  words: 'Service Unavailable',
  ...over,
})
const detail = (over: Partial<DeliveryDetail>): DeliveryDetail => ({ id: 'd', causes: [], parts: [], attempts: [], digest: null, told_with: 0, ahead: [], again: null, ...over })
const step = (what: Ahead['what'], over: Partial<Ahead> = {}): Ahead => ({ what, at: null, every_s: null, ...over })

describe('the tries at a delivery', () => {
  const root = document.createElement('div')
  const points = () => [...root.querySelectorAll('.tl > li')].map((one) => one.textContent ?? '')
  const show = (of: Partial<DeliveryDetail>, people = false) => render(<Tries detail={detail(of)} people={people} failed={false} />, root)
  afterEach(() => render(null, root))

  it('say of each how far it came and what the platform said, then what comes next', () => {
    show({ attempts: [attempt(1)], ahead: [step('try', { at: '2999-01-01T10:00:00Z' }), step('more', { every_s: 15 }), step('end', { at: '2999-01-01T11:00:00Z' })] })
    const [first, next, more, end] = points()
    expect(first).toContain('Not reachedNothing of it is out.It said: “Service Unavailable” (503)')
    expect(root.querySelector('[lang="en"]')?.textContent).toContain('Service Unavailable')
    expect(next).toContain('Next try')
    expect(more).toContain('Further triesat most 15 s apart')
    expect(end).toContain('Too old to send')
  })

  it('never show a name of our own code to the desk', () => {
    show({ attempts: [attempt(1, { outcome: 'RuntimeError', reached: 'in_doubt', words: '' })] })
    expect(points()[0]).toContain('Failed on our sideIt left, and may be out.')
  })

  it('are a line that is read at a glance; the ones in the middle are one press away', async () => {
    expect(shownOf([1, 2, 3])).toEqual({ before: [1, 2, 3], hidden: 0, after: [] })
    expect(shownOf([1, 2, 3, 4, 5, 6, 7, 8, 9])).toEqual({ before: [1], hidden: 3, after: [5, 6, 7, 8, 9] })
    show({ attempts: Array.from({ length: 9 }, (_, n) => attempt(n + 1)) })
    expect(points()).toHaveLength(7)
    root.querySelector<HTMLButtonElement>('.tl button')!.click()
    await Promise.resolve()
    expect(points()).toHaveLength(9)
  })

  it('of a list tell how many are tried again, and that nobody gets it twice', () => {
    const at = '2026-11-23T15:00:00Z'
    show({ again: { people: 29, rounds: [{ n: 1, reached: 'not_taken', people: 29, first_at: at, last_at: at }], next_at: '2999-01-01T10:00:00Z', last_next_at: '2999-01-01T10:01:00Z', looked_for: 0 } }, true)
    expect(root.querySelector('h2')?.textContent).toBe('29 people are tried again')
    expect(root.textContent).toContain('each gets it once, never twice')
    expect(points()[0]).toContain('Try 129 people. Nothing of it is out.')
    expect(points()).toHaveLength(2)
  })
})
