/**
 * A photo that goes with an update, and what it lacks before it may. Pure.
 *
 * The picture itself lies on the tablet's shelf under `id`, which is made before anything leaves. A person has looked
 * and ticked; nothing here claims that a program did.
 */
import type { Texts } from './wire.ts'

/** What is ticked after looking, by the names that the server knows. */
export const CHECKS = ['no_face', 'no_screen', 'no_wristband', 'no_other_person', 'nothing_identifying'] as const
export type Check = (typeof CHECKS)[number]

export interface Photo {
  /** The tablet's own. */
  id: string
  /** What it shows, per language. */
  alt: Texts
  graphic: boolean
  checklist: Readonly<Partial<Record<Check, boolean>>>
  size_bytes: number
  /** As the server has it; `told` once it knows the words and the ticks as they are here. */
  media?: { id: string; version: number; told: boolean } | undefined
}

/** Larger files are not even opened: decoding one takes many times its size. */
export const MOST_BYTES = 40_000_000
/** The server keeps nothing larger either; drawing it anew leaves place and device behind. */
export const LONG_SIDE = 2048
export const QUALITY = 0.85
/** For a link so slow that the text would wait for the photo. */
export const SMALL_SIDE = 1024
export const SMALL_QUALITY = 0.6

/** What a person has still to do before it may go; the words in the main language are those that the server asks for. */
export function lacksOf(photo: Photo, main_lang: string): 'alt' | 'list' | undefined {
  if (!(photo.alt[main_lang] ?? '').trim()) return 'alt'
  return CHECKS.every((check) => photo.checklist[check]) ? undefined : 'list'
}

/** The photo of an update that was taken back: the server has it described and ticked as it is here. */
export function photoOf(media: readonly Record<string, unknown>[]): Photo | undefined {
  const [first] = media
  if (!first) return undefined
  return {
    id: String(first['id']),
    alt: { ...(first['alt'] as Texts) },
    graphic: first['graphic'] === true,
    checklist: Object.fromEntries(CHECKS.map((check) => [check, true])),
    size_bytes: 0,
    media: { id: String(first['id']), version: 0, told: true },
  }
}

/** Width and height with the longer one at most `side`; never larger than it was. */
export function fitted(width: number, height: number, side: number): { width: number; height: number } {
  const part = Math.min(1, side / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * part)), height: Math.max(1, Math.round(height * part)) }
}

/** "1.1 MB", "86 kB", in the reader's digits. */
export function sizeWords(size_bytes: number, lang: string): string {
  const [unit, value] = size_bytes >= 1_000_000 ? ['megabyte', size_bytes / 1e6] : ['kilobyte', size_bytes / 1e3]
  return new Intl.NumberFormat(lang, { style: 'unit', unit: unit as string, maximumFractionDigits: unit === 'megabyte' ? 1 : 0 }).format(
    value as number,
  )
}
