/**
 * The house's time zone, which the staff's screens tell and take times in as the public page tells them, whatever the
 * zone of the tablet or the computer is. Set once, before anything is drawn.
 */
let house: string | undefined

/** An IANA name. A browser that does not know it keeps its own zone, and `zoneName` says which that is. */
export function useZone(name: string): void {
  try {
    house = name ? new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone : undefined
  } catch {
    house = undefined
  }
}

/** For `Intl.DateTimeFormat`; undefined is the browser's own. */
export const timeZone = (): string | undefined => house

const minutesAhead = (at: number, zone: string | undefined): number => Math.round((wallOf(at, zone) - at) / 60_000)

/** The wall clock of a zone at an instant, written as if it were UTC. */
function wallOf(at: number, zone: string | undefined): number {
  const parts = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
    ...(zone && { timeZone: zone }),
    year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23',
  }).formatToParts(at)
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value)
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'))
}

/** Whether the house's clock shows another time than this machine's. */
export const isElsewhere = (at: number): boolean => house !== undefined && minutesAhead(at, house) !== minutesAhead(at, undefined)

/** "CET", "UTC", "GMT+9": what to write beside a clock. */
export function zoneName(at: number): string {
  const format = new Intl.DateTimeFormat('en-GB', { ...(house && { timeZone: house }), timeZoneName: 'short' })
  return format.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? ''
}

/** For a datetime-local input: the time on the house's clock. */
export const wallText = (at: Date | string): string => new Date(wallOf(new Date(at).getTime(), house)).toISOString().slice(0, 16)

/**
 * The instant that a datetime-local input means on the house's clock. Of an hour that comes twice it is the first, and
 * one that the clocks leave out is as long after midnight as it says.
 */
export function instantOf(text: string): Date {
  const wall = Date.parse(`${text}Z`)
  const before = wall - minutesAhead(wall - 86_400_000, house) * 60_000
  const after = wall - minutesAhead(wall + 86_400_000, house) * 60_000
  return new Date([before, after].find((at) => wallOf(at, house) === wall) ?? before)
}
