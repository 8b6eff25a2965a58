/** Delivery states as people read them: a word, a tone, and what to add. Pure. */
import { type Key, t } from './i18n/index.ts'
import type { ChannelState, DeliveryState, DeskDelivery, DeskUpdate } from './wire.ts'

export interface Said {
  key: Key
  tone: 'ok' | 'info' | 'warn' | 'bad' | ''
  icon: string
}

const SAID: Record<DeliveryState, Said> = {
  queued: { key: 'delivery.queued', tone: 'info', icon: 'clock' },
  sending: { key: 'delivery.sending', tone: 'info', icon: 'send' },
  sent: { key: 'delivery.sent', tone: 'ok', icon: 'check' },
  delivered: { key: 'delivery.delivered', tone: 'ok', icon: 'checks' },
  unknown: { key: 'delivery.unknown', tone: 'warn', icon: 'question' },
  held: { key: 'delivery.held', tone: 'bad', icon: 'hand' },
  rejected: { key: 'delivery.rejected', tone: 'bad', icon: 'x' },
  expired: { key: 'delivery.expired', tone: 'bad', icon: 'clock' },
  withdrawn: { key: 'delivery.withdrawn', tone: '', icon: 'undo' },
}

export function saidOf(state: DeliveryState): Said {
  return SAID[state] ?? SAID.unknown
}

/** The platform said yes, and the post was not there when it was read back. */
export const notSeen = (delivery: DeskDelivery): boolean => delivery.state === 'sent' && delivery.reason === 'not_seen'

export interface Counted {
  /** With the platform, which said yes; `delivered` of them have a receipt. */
  done: number
  delivered: number
  failed: number
  waiting: number
  all: number
}

const DONE: readonly string[] = ['sent', 'delivered']
const FAILED: readonly string[] = ['rejected', 'expired', 'held']

/** Whether it went to a list, whose people have states of their own. */
export const hasPeople = (delivery: DeskDelivery): boolean => Object.keys(delivery.counts).length > 0

/** People where the channel counts people, else the parts of its thread. `withdrawn` is none of the three. */
export function countsOf(delivery: DeskDelivery): Counted {
  // The whole list's length stands among the states.
  const people = Object.entries(delivery.counts).filter(([state]) => state !== 'people')
  if (people.length > 0) {
    const sum = (wanted: (state: string) => boolean) =>
      people.reduce((n, [state, count]) => (wanted(state) ? n + count : n), 0)
    const done = sum((state) => DONE.includes(state))
    const failed = sum((state) => FAILED.includes(state))
    const waiting = sum((state) => !DONE.includes(state) && !FAILED.includes(state) && state !== 'withdrawn')
    return { done, delivered: sum((state) => state === 'delivered'), failed, waiting, all: done + failed + waiting }
  }
  const all = Math.max(1, delivery.parts)
  if (DONE.includes(delivery.state)) return { done: all, delivered: delivery.state === 'delivered' ? all : 0, failed: 0, waiting: 0, all }
  const done = Math.min(all, delivery.parts_sent)
  if (FAILED.includes(delivery.state)) return { done, delivered: 0, failed: all - done, waiting: 0, all }
  if (delivery.state === 'withdrawn') return { done, delivered: 0, failed: 0, waiting: 0, all }
  return { done, delivered: 0, failed: 0, waiting: all - done, all }
}

/** Who has a receipt is delivered to; of the others only this is known, that it was sent. */
export function reachedOf({ done, delivered }: Counted): string {
  const handed = done > delivered || done === 0 ? t('board.handed', { n: done - delivered }) : ''
  return [delivered ? t('board.delivered', { n: delivered }) : '', handed].filter(Boolean).join(', ')
}

/** Where an update is by now, channel by channel: whom it reached, or what became of it there. */
export function reachByChannel(update: DeskUpdate, nameOf: (channel_id: string) => string): string {
  return update.deliveries
    .map((one) => `${nameOf(one.channel_id)}: ${hasPeople(one) && one.state !== 'withdrawn' ? reachedOf(countsOf(one)) : t(saidOf(one.state).key)}.`)
    .join(' ')
}

export type Overall = 'none' | 'delivered' | 'sent' | 'going' | 'attention'

/** One word for the whole of an update: somebody must look, it is going, all was sent, or all arrived as far as can be known. */
export function overallOf(updates: readonly DeskUpdate[]): { overall: Overall; n: number } {
  const all = updates.flatMap((update) => update.deliveries).filter((one) => one.state !== 'withdrawn')
  const bad = all.filter((one) => FAILED.includes(one.state) || notSeen(one)).length
  if (bad) return { overall: 'attention', n: bad }
  const going = all.filter((one) => !DONE.includes(one.state)).length
  if (going) return { overall: 'going', n: going }
  // A list tells by receipts who has it; without them it was sent, and no more is known.
  if (all.some((one) => hasPeople(one) && countsOf(one).delivered < countsOf(one).done)) return { overall: 'sent', n: all.length }
  return { overall: all.length ? 'delivered' : 'none', n: all.length }
}

/** Whether a channel cannot be posted to right now, and how its preview should say so. */
export function channelTrouble(channel: ChannelState | undefined, now_ms: number): 'no-access' | 'waiting' | 'resting' | 'off' | undefined {
  if (!channel) return undefined
  if (channel.state === 'paused') return 'no-access'
  if (channel.state === 'off') return 'off'
  if (channel.resting_until) return 'resting'
  if (channel.limited_until && Date.parse(channel.limited_until) > now_ms) return 'waiting'
  return undefined
}
