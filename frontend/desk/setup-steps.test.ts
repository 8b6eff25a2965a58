import { describe, expect, it } from 'vitest'
import type { Person } from '../shared/commands.ts'
import { canApprove, isDone, nextOpen, type Known } from './setup-steps.ts'

const person = (name: string, part: Partial<Person> = {}): Person => ({ id: name, name, email: '', lang: '', disabled: false, invited: false, ...part })
const approver = (name: string, part: Partial<Person> = {}) => ({ person: person(name, part), roles: [{ event_id: '*', role: 'approver' }] })
const first_day: Known = { session: { hospital: 'Valdora General Hospital', drill: false, delays: {} }, people: [approver('Ana')], channels: [] }
const named = { ...first_day, session: { ...first_day.session, hospital: 'Saint Roch' } }

describe('setting up', () => {
  it('goes on where something is missing', () => {
    expect(nextOpen(first_day)).toBe('hospital')
    expect(nextOpen(named)).toBe('people')
    const two = { ...named, people: [approver('Ana'), approver('Tom')] }
    expect(nextOpen(two)).toBe('channels')
    expect(nextOpen({ ...two, channels: [{ state: 'on', probe_ok: true }] })).toBe('rules')
  })

  it('counts nobody who could not approve tonight', () => {
    const people = [approver('Ana'), approver('Eva', { invited: true }), approver('Ugo', { disabled: true }), { person: person('Pia'), roles: [] }]
    expect(canApprove(people).map(({ name }) => name)).toEqual(['Ana'])
  })

  it('takes a channel that nobody tested, or that lost its access, for not connected', () => {
    for (const one of [{ state: 'on', probe_ok: null }, { state: 'on', probe_ok: false }, { state: 'paused', probe_ok: true }]) {
      expect(isDone('channels', { ...named, channels: [{ state: 'on', probe_ok: true }, one] })).toBe(false)
    }
  })
})
