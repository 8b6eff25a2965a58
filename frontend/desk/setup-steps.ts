/** The five steps of setting a house up, and which of them are done by what the server tells. Pure. */
import type { Channel, Person, RoleOn, Session } from '../shared/commands.ts'

export const STEPS = ['hospital', 'people', 'channels', 'rules', 'drill'] as const
export type Step = (typeof STEPS)[number]

/** The name that a server has whose own nobody has given; as in app/config.py. */
const NAMELESS = 'Valdora General Hospital'

export interface Known {
  session: Pick<Session, 'hospital' | 'drill' | 'delays'>
  people: readonly { person: Person; roles: readonly RoleOn[] }[]
  channels: readonly Pick<Channel, 'state' | 'probe_ok'>[]
}

/** Who can let go what somebody else wrote, on every event; who has not come in yet cannot. */
export function canApprove(people: Known['people']): Person[] {
  return people
    .filter(({ person, roles }) => !person.disabled && !person.invited && roles.some(({ event_id, role }) => event_id === '*' && role === 'approver'))
    .map(({ person }) => person)
}

/** The rules hold from the start, and a drill is elsewhere: neither is ever "done" by a tick. */
export function isDone(step: Step, { session, people, channels }: Known): boolean {
  switch (step) {
    case 'hospital':
      return session.drill || session.hospital !== NAMELESS
    case 'people':
      return canApprove(people).length > 1
    case 'channels':
      return channels.length > 0 && channels.every((one) => one.state !== 'paused' && one.probe_ok === true)
    case 'rules':
    case 'drill':
      return false
  }
}

/** Where somebody who comes back goes on. */
export const nextOpen = (known: Known): Step => STEPS.find((step) => !isDone(step, known)) ?? 'drill'
