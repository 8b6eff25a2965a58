/** To the platform, where an account's owner says yes, and back: what the server sealed waits in this tab. */
import type { Begun } from '../shared/commands.ts'

const KEPT = 'tocsin.connecting'

export interface CameBack {
  pending: string
  state: string
  /** Empty where nobody said yes. */
  code: string
  /** Whoever was asked there said no: the platform says so by its name for it. */
  refused: boolean
}

export function leave(begun: Begun): void {
  sessionStorage.setItem(KEPT, begun.pending)
  location.assign(begun.address)
}

/** What the platform sent along, once: neither the address bar nor the tab keeps it. */
export function cameBack(): CameBack | undefined {
  const query = new URLSearchParams(location.search)
  const state = query.get('state')
  if (state === null) return undefined
  history.replaceState(null, '', location.pathname + location.hash)
  const pending = sessionStorage.getItem(KEPT) ?? ''
  sessionStorage.removeItem(KEPT)
  return { pending, state, code: query.get('code') ?? '', refused: query.get('error') === 'access_denied' }
}
