import { describe, expect, it } from 'vitest'
import { proposalIn, secondsOf } from './access.ts'
import { Idle } from './device.ts'
import { base64urlOf, bytesOf, creationOf } from './webauthn.ts'

describe('a tablet that is left alone', () => {
  it('locks after its idle time and not before', () => {
    const idle = new Idle(300, 0)
    expect(idle.isOver(299_999)).toBe(false)
    expect(idle.isOver(300_000)).toBe(true)
  })

  it('counts from the last touch', () => {
    const idle = new Idle(300, 0)
    idle.touch(200_000)
    expect(idle.isOver(400_000)).toBe(false)
    expect(idle.isOver(500_000)).toBe(true)
  })

  it('tells the server of touches often enough, and not of every one', () => {
    const idle = new Idle(300, 0)
    expect([10_000, 29_000, 31_000, 32_000, 70_000].map((at) => idle.touch(at))).toEqual([false, false, true, false, true])
    // A short idle time is told about sooner, or the server would lock a tablet that is in use.
    const short = new Idle(9, 0)
    expect([2_000, 3_000, 5_000].map((at) => short.touch(at))).toEqual([false, true, false])
  })
})

describe('D-10: a tablet whose clock is set back by an hour', () => {
  it('locks instead of standing open for that hour, and goes on telling of touches', () => {
    const idle = new Idle(300, 3_600_000)
    expect(idle.isOver(0)).toBe(true)
    expect(idle.touch(0)).toBe(true)
    expect(idle.isOver(299_999)).toBe(false)
  })
})

describe('bytes on the wire', () => {
  it('come back as they went', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
    expect(bytesOf(base64urlOf(bytes))).toEqual(bytes)
    expect(base64urlOf(bytes)).not.toMatch(/[+/=]/)
  })

  it('become what a browser is given to make a passkey', () => {
    const made = creationOf({ challenge: 'AQI', user: { id: 'Aw', name: 'm' }, excludeCredentials: [{ id: 'BA', type: 'public-key' }] })
    expect(new Uint8Array(made.challenge as ArrayBuffer)).toEqual(Uint8Array.of(1, 2))
    expect(made.user.id).toEqual(Uint8Array.of(3))
    expect(made.excludeCredentials?.[0]?.id).toEqual(Uint8Array.of(4))
  })
})

describe('a second person', () => {
  const person = (id: string, disabled = false) => ({ id, name: id, email: '', lang: 'en', disabled, invited: false })
  const people = [
    { person: person('marta'), roles: [{ event_id: '*', role: 'admin' }] },
    { person: person('tom'), roles: [{ event_id: '*', role: 'approver' }] },
    { person: person('nina'), roles: [{ event_id: 'e1', role: 'approver' }] },
    { person: person('gone', true), roles: [{ event_id: '*', role: 'admin' }] },
    { person: person('ida'), roles: [{ event_id: '*', role: 'presenter' }] },
  ]
  it('is somebody else who may, here or everywhere', () => {
    expect(secondsOf(people, 'marta')).toEqual(['tom'])
    expect(secondsOf(people, 'marta', 'e1')).toEqual(['tom', 'nina'])
  })
  it('is waited for only when the answer is a proposal', () => {
    expect(proposalIn(undefined)).toBeUndefined()
    expect(proposalIn({ id: 'c1', adapter: 'x' })).toBeUndefined()
    expect(proposalIn({ id: 'p1', proposed_by: 'person:marta' })?.id).toBe('p1')
  })
})
