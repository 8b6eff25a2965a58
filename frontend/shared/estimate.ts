/** Reach, cost and time of what is about to be confirmed, over all channels. Pure. */
import type { Preview } from './draft.ts'

export interface Estimate {
  /** People on lists; undefined where it goes to pages only, whose followers nobody has counted. */
  people: number | undefined
  /** Sums by currency. */
  sums: { currency: string; amount: number }[]
  /** Channels that charge, without a price in their settings. */
  unpriced: string[]
  /** Nothing is charged because it is a drill. */
  drill: boolean
  parts: number
  /** Until the last message is out, countdown included; null when some never go; undefined without a plan. */
  done_s: number | null | undefined
  /** The pace of the slowest channel, where it has one. */
  units_per_s: number | undefined
  waits: { channel: string; all: number; waiting: number; until_s: number | null; too_late: number; in_digest: number; ahead: number }[]
}

export function estimateOf(preview: Preview): Estimate {
  const found: Estimate = { people: undefined, sums: [], unpriced: [], drill: false, parts: 0, done_s: undefined, units_per_s: undefined, waits: [] }
  for (const { name, people, plan } of preview.channels) {
    if (people !== null) found.people = (found.people ?? 0) + people
    if (!plan) continue
    if (plan.cost.kind === 'drill') found.drill = true
    if (plan.cost.kind === 'unpriced') found.unpriced.push(name)
    if (plan.cost.kind === 'priced' && plan.cost.amount !== null) {
      const sum = found.sums.find((one) => one.currency === plan.cost.currency)
      if (sum) sum.amount += Number(plan.cost.amount)
      else found.sums.push({ currency: plan.cost.currency, amount: Number(plan.cost.amount) })
    }
    if (people !== null) found.parts += plan.units
    if (plan.last_s === null) found.done_s = null
    else if (found.done_s !== null && plan.last_s >= (found.done_s ?? 0)) {
      found.done_s = plan.last_s
      found.units_per_s = plan.units_per_s ?? undefined
    }
    // A paced list takes its time by design; only what a window keeps back is worth a sentence.
    const waiting = plan.units_per_s === null ? plan.waiting - plan.too_late - plan.in_digest : 0
    if (waiting > 0 || plan.too_late > 0 || plan.in_digest > 0) {
      found.waits.push({ channel: name, all: plan.messages, waiting, until_s: plan.last_s, too_late: plan.too_late, in_digest: plan.in_digest, ahead: plan.ahead })
    }
  }
  return found
}

export function money(amount: number, currency: string, lang: string): string {
  return new Intl.NumberFormat(lang, { style: 'currency', currency, maximumFractionDigits: amount > 0 && amount < 1 ? 4 : 2 }).format(amount)
}
