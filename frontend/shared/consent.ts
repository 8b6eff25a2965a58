/** The consent record of a patient event. No name is ever in an answer. */
import { call, get, post } from './api.ts'

export interface Consent {
  standing: string
  sentence: string
  state: string | null
  version: number | null
  invented: boolean
  terms: Record<string, unknown>
  expires_at: string | null
  recorded_at: string | null
  completed_at: string | null
  revoked_at: string | null
  missing: { field: string; sentence: string }[]
  uncovered_channels: string[]
  /** Second providers of the event's channels: they need the consent as well. */
  seconds: { id: string; name: string }[]
}

export interface Revoked {
  at: string
  taken_back: number
  deletions: { channel_id: string; posts: number }[]
  stays: { channel_id: string; channel_name: string; people: number | null; words: string }[]
}

export const readConsent = (event_id: string) => get<Consent>(`events/${event_id}/consent`)
export const writeConsent = (event_id: string, body: Record<string, unknown>) => call<Consent>('PUT', `events/${event_id}/consent`, { body })
export const confirmConsent = (event_id: string, version: number) => post<Consent>(`events/${event_id}/consent/confirm`, { version })
/** When this answers, no new send starts. */
export const revokeConsent = (event_id: string, how: string) => post<Revoked>(`events/${event_id}/consent/revoke`, { how })
