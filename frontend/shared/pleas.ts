/** Replies that ask for help in an emergency: they stand before all others until a person has dealt with them. Pure. */
import type { DeskReply } from './wire.ts'

type Marked = Pick<DeskReply, 'labels' | 'state' | 'answered_by_update_id'>

export const asksForHelp = (reply: Pick<DeskReply, 'labels' | 'state'>): boolean => reply.state !== 'removed' && reply.labels.includes('help')

/** Nobody has decided about it or answered it. */
export const isOpenPlea = (reply: Marked): boolean => reply.state === 'new' && reply.answered_by_update_id === null && asksForHelp(reply)

/** Who has waited longest first, so that the list stays still under whoever reads it; ids grow with time. */
export const pleasOf = <T extends Marked & { id: string }>(replies: readonly T[]): T[] =>
  replies.filter(isOpenPlea).sort((a, b) => (a.id < b.id ? -1 : 1))
