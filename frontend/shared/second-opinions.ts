/** Second opinions and corrections, as the server tells of them. */
import { get, post } from './api.ts'
import type { Accepted } from './commands.ts'
import type { GuardSpan } from './draft.ts'
import type { Texts } from './wire.ts'

export interface Share {
  channel_id: string
  name: string
  adapter: string
  act: string
  parts: string[]
  people: number | null
  reach: string
  seconds: number
  cost: number | null
}

/** As it leaves with the words; `graphic` ones the public page shows only to who asks. */
export interface ShownPicture {
  id: string
  url: string
  alt: Texts
  width: number
  height: number
  graphic: boolean
}

export interface Piece {
  op: 'same' | 'gone' | 'new'
  text: string
}

/** `sentence` is read, `button` is pressed. */
export interface Confirmation {
  sentence: string
  button: string
  people: number
  seconds: number
  cost: number | null
}

export interface Decision {
  verdict: string
  revision: number
  by: string
  by_name: string
  by_phone: boolean
  reason: string
  at: string
}

export interface Approval {
  update_id: string
  /** Who was asked in turn, and until when. */
  asked?: { person_id: string; name: string; from_at: string; until_at: string | null }[]
  event_id: string
  kind: string
  state: string
  version: number
  revision: number
  needs: string
  author_name: string
  texts: Texts
  /** By adapter: words of its own. */
  channel_texts: Record<string, Texts>
  /** Of a template word for word: what its writer put into its blanks. */
  blanks: Texts
  correction: Texts
  pictures: ShownPicture[]
  channels: Share[]
  changed: Record<string, Piece[]>
  compared_with: string
  confirmation: Confirmation
  guard: Record<string, unknown>
  /** What the privacy check marks, while it is asked to be overridden. */
  spans: readonly GuardSpan[]
  /** Which texts are in a language that the check knows little of: a pass says less of these. */
  little_known: readonly string[]
  decisions: Decision[]
  waits_since: string | null
  /** From then one person may send it alone, if it is a template. */
  alone_from: string | null
  review_due: boolean
  /** Why the asker cannot approve it; empty when they can. */
  yours: string
}

export const readApprovals = (event_id: string) => get<Approval[]>(`events/${event_id}/approvals`)
const decide = (id: string, what: string, body: unknown) => post<Approval>(`updates/${id}/${what}`, body)
export const approve = (of: Approval, reason: string) => decide(of.update_id, 'approve', { version: of.version, checked: true, ...(reason && { reason }) })
export const reject = (of: Approval, reason: string) => decide(of.update_id, 'reject', { version: of.version, reason })
export const sendBack = (of: Approval, reason: string) => decide(of.update_id, 'send-back', { version: of.version, reason })
/** The other words: its pictures stay, or none of them does; a channel's own words go where they are left out. */
export interface Rewritten {
  texts: Texts
  channel_texts: Record<string, Texts>
  pictures: boolean
}

export const rewrite = (of: Approval, { texts, channel_texts, pictures }: Rewritten, confirmed: boolean) =>
  decide(of.update_id, 'rewrite', { version: of.version, texts, channel_texts, correction: of.correction, confirmed, ...(!pictures && { media: [] }) })
export const breakGlass = (of: Approval, reason: string) => decide(of.update_id, 'break-glass', { version: of.version, reason })
export const review = (of: Approval, note: string) => decide(of.update_id, 'review', { note })
/** Whom to call, and which code of their sheet to ask for. */
export interface PhoneAsked {
  person_id: string
  name: string
  n: number
}

/** Before it is read out: the codes asked for now are good for these words alone. */
export const readOut = (of: Approval) => post<PhoneAsked[]>(`updates/${of.update_id}/read-out`, { version: of.version })
export const approveByPhone = (of: Approval, code: string) => decide(of.update_id, 'approve-by-phone', { version: of.version, code })

/** Whether what is being read is no longer what waits: the words, or what was decided about them. */
export function isStale(read: Approval, now: Approval | undefined): boolean {
  return now === undefined || now.version !== read.version || now.revision !== read.revision
}

/** Whether something else was said before: a first text has nothing to be marked against. */
export function hasChanged(of: Approval): boolean {
  const pieces = Object.values(of.changed).flat()
  return pieces.some((piece) => piece.op === 'same') && pieces.some((piece) => piece.op !== 'same')
}

/** The last word about the revision that waits, when somebody sent it back. */
export function sentBack(of: Approval): Decision | undefined {
  const last = of.decisions.filter((one) => one.verdict !== 'reviewed').at(-1)
  return last?.verdict === 'returned' && last.revision === of.revision ? last : undefined
}

/** Why the word that let these words go counts no more; empty unless that is why they wait again. */
export function lapsed(of: Approval): string {
  const last = of.decisions.at(-1)
  return last?.verdict === 'lapsed' && last.revision === of.revision ? last.reason : ''
}

export type CorrectionKind = 'correction' | 'retraction' | 'all_clear'

export interface CorrectionLine {
  channel_id: string
  name: string
  way: string
  /** What this channel can do; the first is proposed. */
  ways: string[]
  words: string
  /** What cannot be recalled there. */
  stays: string
  parts: string[]
  fits: boolean
  people: number | null
  seconds: number
  cost: number | null
}

export interface CorrectionPlan {
  of_update_id: string
  kind: string
  texts: Texts
  /** These are the words that were approved with the original. */
  prepared: boolean
  needs: string
  page: string
  lines: CorrectionLine[]
  confirmation: Confirmation
}

export interface CorrectionBody {
  kind: CorrectionKind
  texts: Texts
  ways: Record<string, string>
  confirmed: boolean
}

export const planCorrection = (update_id: string, body: CorrectionBody, signal?: AbortSignal) =>
  post<CorrectionPlan>(`updates/${update_id}/corrections/plan`, body, signal ? { signal } : {})
export const correct = (update_id: string, body: CorrectionBody, key: string) =>
  post<Accepted>(`updates/${update_id}/corrections`, body, { key, timeout_ms: 10_000 })
