/** What staff screens ask the server to do. Each is one call; the answer arrives on the stream as well. */
import type { Proposal } from './access.ts'
import { ApiError, call, get, NoAnswer, patch, post, remove } from './api.ts'
import type { Kept, KeyBook } from './key-book.ts'
import type { DeliveryState, DeskReply, DeskUpdate, EventState, Texts } from './wire.ts'

export interface Step {
  id: string
  n: number
  title: string
  texts: Texts
  /** What the public page calls it, once it is signed and sent. */
  label: Texts
  key_moment: boolean
  /** Planned, from the start of the event. */
  minutes: number | null
  /** Empty is the main course. */
  branch: string
  /** Blanks to fill before it can be sent. */
  slots: string[]
  signed: boolean
  signatures: number
  /** Who signed exactly these words. */
  signers: { name: string; at: string | null }[]
  /** Id of the person who wrote it last. */
  written_by: string | null
  /** Ids of everybody whose words these are; none of them signs. */
  writers: string[]
  parked: boolean
  version: number
  sent_update_id: string | null
  sent_state: string | null
}

export interface Person {
  id: string
  name: string
  email: string
  lang: string
  disabled: boolean
  /** Has yet to come in and choose a password. */
  invited: boolean
}

export interface RoleOn {
  event_id: string
  role: string
}

export interface Session {
  person: Person
  roles: RoleOn[]
  drill: boolean
  hospital: string
  /** The paired tablet this is, if it is one; whether it is locked; whether the house's policy was read. */
  device_id: string | null
  locked: boolean
  policy_read: boolean
  /** Nothing else is open until a password is chosen; the sign-in page asks for it. */
  choose_password: boolean
  /** By kind of event: how long posts wait, and the least that one person may give one. */
  delays: Record<string, { usual_s: number; least_s: number }>
}

export interface EventChannel {
  id: string
  adapter: string
  name: string
  state: string
  why: string
  audience_id: string | null
  people: number | null
}

/** `rights`: what the asker may do on this event, by the names of app/accounts/rights.py. */
export interface EventDetail {
  event: EventState
  channels: EventChannel[]
  roles: string[]
  rights: string[]
  /** The server's time of this answer. */
  at: string
  /** Since when sending is as it is; null when it never was anything else. */
  sending_since: string | null
  /** What a tablet kept for longer asks a person before it goes out. */
  old_after_s: number
}

/** The newest updates of an event, with what was never released. */
export const readUpdates = (id: string) => get<DeskUpdate[] | { items: DeskUpdate[] }>(`events/${id}/updates?limit=200`).then(listOf)
export const readSession = (timeout_ms?: number) => get<Session>('session', timeout_ms ? { timeout_ms } : {})
/** How long nothing has been said in public, and a line to say then; which of its languages nobody has read. */
export const readSilence = (id: string) => get<{ line: Texts; needs_a_reader?: string[] }>(`events/${id}/silence`)
export const readEvent = (id: string) => get<EventDetail>(`events/${id}`)
/** `whole`: what is parked and the lines kept for a changed course too. */
export const readSteps = (id: string, whole = false) => get<Step[] | { items: Step[] }>(`events/${id}/steps${whole ? '?whole=true' : ''}`).then(listOf)

/** Lists are bare or wrapped for paging; both are a list here. */
export function listOf<T>(answer: T[] | { items: T[] }): T[] {
  return Array.isArray(answer) ? answer : answer.items
}

type UpdateBody = Record<string, unknown>
export type Choice = 'keep' | 'drop'

export interface Touched {
  delivery_id: string
  update_id: string
  channel_id: string
  state: DeliveryState
  recipients: number
  url: string | null
  parts_out: number
  parts: number
}

/** What is true when a stop has been answered. */
export interface StopReport {
  at: string
  not_started: number
  recipients_not_started: number
  in_flight: readonly Touched[]
  may_be_out: readonly Touched[]
  out: readonly Touched[]
}

/** What is durable; everything else of it comes on the stream. */
export interface Accepted {
  id: string
  seq: number
  state: string
  release_at: string | null
}

/**
 * Whether an answer settles that nothing was accepted. A proxy's 5xx, a wait, a lost session or "this key is being
 * answered right now" settle nothing: the first try may still be accepted, so its key has to stay.
 */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false
  if (error.status >= 500 || [401, 408, 425, 429].includes(error.status)) return false
  return error.code !== 'key_in_progress'
}

/** Send under a key that was written down first. The key is crossed out by an answer, never by silence. */
export async function submit(book: KeyBook<UpdateBody>, event_id: string, body: UpdateBody, composed_at: string): Promise<Accepted> {
  return deliver(book, event_id, book.open(body, composed_at))
}

/** An update under its key. What does not name the update that was made settles nothing, whatever its status. */
export async function submitUnder(key: string, event_id: string, body: UpdateBody, writer?: string): Promise<Accepted> {
  const options = { key, timeout_ms: 10_000, ...(writer && { writer }) }
  const accepted = await post<Partial<Accepted> | null>(`events/${event_id}/updates`, body, options)
  if (typeof accepted?.id !== 'string') throw new NoAnswer(new TypeError('an answer without an update'))
  return accepted as Accepted
}

export async function deliver(book: KeyBook<UpdateBody>, event_id: string, kept: Kept<UpdateBody>): Promise<Accepted> {
  try {
    const accepted = await submitUnder(kept.key, event_id, { ...kept.body, composed_at: kept.composed_at })
    book.close(kept.key)
    return accepted
  } catch (error) {
    if (isRefusal(error)) book.close(kept.key)
    throw error
  }
}

export const undo = (update_id: string) => post<DeskUpdate>(`updates/${update_id}/undo`)
export const goLive = (id: string) => post<EventDetail>(`events/${id}/go-live`)
export const end = (id: string) => post<EventDetail>(`events/${id}/end`)
export const changeEvent = (event: Pick<EventState, 'id' | 'version'>, changes: Record<string, unknown>) =>
  patch<EventDetail>(`events/${event.id}`, { version: event.version, ...changes })
export const hold = (id: string) => post<unknown>(`events/${id}/hold`)
export const resume = (id: string) => post<void>(`events/${id}/resume`)
export const stop = (id: string) => post<StopReport>(`events/${id}/stop`, {}, { timeout_ms: 5_000 })
/** By update id; a second person decides about each that waits. */
export const restart = (id: string, decisions: Readonly<Record<string, Choice>>) =>
  post<void>(`events/${id}/restart`, { decisions })
export const resolve = (id: string, decision: 'it_is_there' | 'send_again' | 'by_hand', remote_id?: string) =>
  post<void>(`deliveries/${id}/resolve`, { decision, ...(remote_id ? { remote_id } : {}) })
export const decideReply = (reply: Pick<DeskReply, 'id' | 'version'>, decision: 'show' | 'hide') =>
  post<DeskReply>(`replies/${reply.id}/${decision}`, { version: reply.version })
export const streamTicket = (topic: string) => post<{ ticket: string }>('stream/tickets', { topic })
export const setSecondChannel = (id: string, second_id: string | null) => call<unknown>('PUT', `channels/${id}/second`, { body: { second_id } })
export const resumeChannel = (id: string) => post<unknown>(`channels/${id}/resume`)

export interface Channel {
  id: string
  adapter: string
  name: string
  state: string
  why: string
  settings: Record<string, unknown>
  probed_at: string | null
  probe_ok: boolean | null
  probe_words: string
  second_id: string | null
  carried_by: string
}

export interface ChannelKind {
  adapter: string
  label: string
  settings: Record<string, unknown>
  credentials: Record<string, unknown>
  /** Where the platform leads back to; empty where an account cannot be connected there. */
  way_back: string
}

/** Where to say yes, and what comes back with the code. */
export interface Begun {
  address: string
  pending: string
}

export const connectChannel = (body: { adapter: string; name: string; settings: unknown; credentials: unknown }) => post<Begun>('channels/connect', body)
export const connectAgain = (id: string) => post<Begun>(`channels/${id}/connect`)
export const connected = ({ pending, state, code }: { pending: string; state: string; code: string }) =>
  post<Channel | Proposal | undefined>('channels/connected', { pending, state, code }, { timeout_ms: 30_000 })

export const readChannels = () => get<Channel[] | { items: Channel[] }>('channels').then(listOf)
export const readChannelKinds = () => get<ChannelKind[] | { items: ChannelKind[] }>('channel-kinds').then(listOf)
export const addChannel = (body: { adapter: string; name: string; settings: unknown; credentials: unknown }) =>
  post<Channel | Proposal>('channels', body)
export const testChannel = (id: string) => post<{ ok: boolean; words: string; account: string }>(`channels/${id}/test`, {}, { timeout_ms: 30_000 })
export const removeChannel = (id: string) => remove<Proposal | undefined>(`channels/${id}`)

export const readAudiences = () =>
  get<{ id: string; name: string; people: number }[] | { items: { id: string; name: string; people: number }[] }>('audiences').then(listOf)
export const readEvents = () => get<EventState[] | { items: EventState[] }>('events').then(listOf)
export const readPeople = () => get<{ person: Person; roles: RoleOn[] }[]>('people')
/** `code`: the whole invitation, for whoever is alone in the house. */
export const addPerson = (body: { name: string; email: string; roles: string[] }) => post<(Person & { code: string }) | Proposal>('people', body)
export const setRole = (event_id: string, person_id: string, role: string, held: boolean) =>
  post<Proposal | undefined>(`events/${encodeURIComponent(event_id)}/roles`, { person_id, role, held })
export const signOut = () => remove<void>('session')

export interface Attempt {
  n: number
  part: number
  intent_at: string
  finished_at: string | null
  outcome: string | null
  reached: Reached
  code: string
  words: string
}

/** How far a try came; `not_taken` where another one doubles nothing. */
export type Reached = 'under_way' | 'nothing_left' | 'not_taken' | 'refused' | 'in_doubt' | 'taken'

/** What comes next; no `at` where it waits for a person. */
export interface Ahead {
  what: 'try' | 'look' | 'more' | 'access' | 'person' | 'end'
  at: string | null
  every_s: number | null
}

/** People of a list who are tried once more. */
export interface Again {
  people: number
  rounds: readonly { n: number; reached: string; people: number; first_at: string; last_at: string }[]
  next_at: string
  last_next_at: string
  looked_for: number
}

/** People of a list who were not reached, grouped by why. */
export interface Cause {
  state: DeliveryState
  reason: string
  /** The platform's own, of the last try. */
  code: string
  why: string
  next_step: string
  people: number
}

export interface DeliveryDetail {
  id: string
  causes: readonly Cause[]
  parts: { n: number; text: string; state: DeliveryState; remote_id: string | null; url: string | null; sent_at: string | null }[]
  attempts: Attempt[]
  /** What its post says in place of its part's text, where one post tells it with others. */
  digest: string | null
  told_with: number
  ahead: readonly Ahead[]
  again: Again | null
}

/** When what waits of one delivery will be out; null where it never is. */
export interface Forecast {
  delivery_id: string
  messages: number
  ahead: number
  first_at: string | null
  last_at: string | null
  too_late: number
  in_digest: number
}

/** What an all clear would do now: what still waits is dropped; `counting` and `asked` would come after it. */
export interface AllClear {
  told: number
  counting: number
  asked: number
  dropped: readonly { channel_id: string; name: string; updates: number; people: number }[]
}

export const readAllClear = (event_id: string) => get<AllClear>(`events/${event_id}/all-clear`)
export const readForecast = (event_id: string) => get<Forecast[]>(`events/${event_id}/forecast`)

/** Whether a channel would take a post now, as its last probe saw it. */
export interface Readiness {
  channel_id: string
  ok: boolean
  words: string
  at: string
  quota: { window: string; limit: number | null; remaining: number | null; used_percent: number | null; reset_at: string | null }[]
  balance: string | null
  clock_skew_s: number | null
  clock_ok: boolean
  webhook_at: string | null
  resting_until: string | null
  resting_why: string
}

export const readReadiness = () => get<Readiness[]>('channels/readiness')

/** How a list went out: how many by `since`, one step later, and so on. `people` is 0 where nobody is counted. */
export interface Course {
  since: string
  step_s: number
  people: number
  sent: readonly number[]
  delivered: readonly number[]
}

export const readCourse = (id: string) => get<Course>(`deliveries/${id}/course`)
export const readDelivery = (id: string) => get<DeliveryDetail>(`deliveries/${id}`)

export interface Rehearsal {
  playing: boolean
  scenario: string | null
  step: number
  steps: number
  events: Record<string, string>
  simulators_url: string
}

export const readRehearsal = () => get<Rehearsal>('rehearsal')
export const play = (scenario: string, replies_per_min: number) => post<Rehearsal>('rehearsal/play', { scenario, replies_per_min })
export const stopPlaying = () => post<Rehearsal>('rehearsal/stop')

export interface ApiKey {
  id: string
  name: string
  prefix: string
  scopes: string[]
  event_id: string
  created_at: string
  expires_at: string | null
  revoked_at: string | null
  /** The key itself, in the answer to its making and nowhere else. */
  key: string | null
}

export const readKeys = () => get<ApiKey[]>('api-keys')
export const makeKey = (body: { name: string; scopes: string[]; event_id: string; days: number | null }) => post<ApiKey | Proposal>('api-keys', body)
export const revokeKey = (id: string) => remove<void>(`api-keys/${id}`)
