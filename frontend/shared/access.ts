/** What people do about coming in: the policy, factors, sessions, tablets, and what waits for a second person. */
import { get, patch, post, remove } from './api.ts'
import type { Person, RoleOn } from './commands.ts'
import type { Texts } from './wire.ts'

export interface Policy {
  version: number
  texts: Texts
  published_at: string
  read: boolean
}

export const readPolicy = () => get<Policy>('policy')
export const acknowledge = (version: number) => post<void>('policy/acknowledge', { version })

export interface Proposal {
  id: string
  kind: string
  event_id: string | null
  subject: string
  payload: Record<string, unknown>
  proposed_by: string
  proposed_by_name: string
  proposed_at: string
  expires_at: string
  state: 'open' | 'confirmed' | 'done' | 'failed' | 'refused' | 'withdrawn' | 'expired'
  decided_by: string | null
  decided_at: string | null
  why: string
  /** The asker proposed it, so somebody else confirms it. */
  yours: boolean
  key: string | null
  /** The asker's half of somebody's invitation, in this answer alone. */
  half: string | null
}

/** What a change by two people answers: the thing itself where there is nobody to ask, else what now waits. */
export function proposalIn(answer: unknown): Proposal | undefined {
  return answer && typeof answer === 'object' && 'proposed_by' in answer ? (answer as Proposal) : undefined
}

/** A new one for somebody who has not come in yet. */
export const inviteAgain = (person_id: string) => post<Proposal>(`people/${person_id}/invitation`)

export const readProposals = () => get<Proposal[]>('proposals')
export const confirmProposal = (id: string) => post<Proposal>(`proposals/${id}/confirm`)
export const refuseProposal = (id: string, why: string) => post<Proposal>(`proposals/${id}/refuse`, { why })

/** Who can be the second person: another one with a role that may, here or everywhere. */
export function secondsOf(
  people: readonly { person: Person; roles: readonly RoleOn[] }[],
  asker_id: string,
  event_id: string | null = null,
): string[] {
  return people
    .filter(({ person }) => person.id !== asker_id && !person.disabled)
    .filter(({ roles }) => roles.some((on) => (on.event_id === '*' || on.event_id === event_id) && (on.role === 'admin' || on.role === 'approver')))
    .map(({ person }) => person.name)
}

export interface Pairing {
  code: string
  expires_at: string
  qr_svg: string
}

export interface Device {
  id: string
  event_id: string
  person_id: string
  name: string
  paired_by: string
  paired_at: string
  seen_at: string | null
  wiped_at: string | null
  wiped_why: string
}

export interface Paired {
  device: Device
  person: Person
  roles: RoleOn[]
  session_s: number
  idle_s: number
}

export const offerPairing = (event_id: string, person_id: string, name: string) =>
  post<Pairing>(`events/${event_id}/pairings`, { person_id, name })
export const readDevices = (event_id: string) => get<Device[]>(`events/${event_id}/devices`)
export const wipeDevice = (id: string) => remove<void>(`devices/${id}`)

export interface Passkey {
  id: string
  name: string
  created_at: string
  used_at: string | null
}

export interface SessionRow {
  id: string
  by: 'password' | 'code' | 'passkey' | 'device'
  user_agent: string
  created_at: string
  expires_at: string
  device_id: string | null
  this: boolean
}

export type Theme = 'light' | 'dark' | 'auto'

export interface Choices {
  /** Empty: what the browser asks for. */
  lang: string
  theme: Theme
}

export interface Factors extends Choices {
  totp: boolean
  recovery_codes_left: number
  passkeys: Passkey[]
  sessions: SessionRow[]
  policy_version: number | null
  policy_read: boolean
}

export interface Enrolment {
  secret: string
  uri: string
  qr_svg: string
}

export const choose = (choices: Partial<Choices>) => patch<Choices>('me', choices)
export const readFactors = () => get<Factors>('me')
export const changePassword = (old: string, fresh: string) => post<void>('me/password', { old, new: fresh })
export const beginTotp = (password: string) => post<Enrolment>('me/totp', { password })
export const confirmTotp = (code: string) => post<{ codes: string[] }>('me/totp/confirm', { code })
/** Codes to carry, numbered from 1; an earlier sheet stops working. */
export interface PhoneSheet {
  codes: string[]
  expires_at: string
}

export const makePhoneSheet = (event_id: string, password: string) => post<PhoneSheet>(`events/${encodeURIComponent(event_id)}/phone-codes`, { password })
export const removeTotp = (password: string) => post<void>('me/totp/remove', { password })
export const passkeyOptions = (password: string) => post<Record<string, unknown>>('me/passkeys/options', { password })
export const addPasskey = (name: string, credential: unknown) => post<Passkey>('me/passkeys', { name, credential })
export const removePasskey = (id: string) => remove<void>(`me/passkeys/${encodeURIComponent(id)}`)
export const endSession = (id: string) => remove<void>(`me/sessions/${id}`)
export const endOtherSessions = () => remove<void>('me/sessions')
