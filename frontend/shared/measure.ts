/**
 * How much of a platform's room a text takes: the same rules as `app/channels/measure/`, from the same table and
 * tested from the same cases. Pure; the server measures again, so this is for the author's eye while typing.
 *
 * Offsets of offenders are code points, as on the server; those of links are UTF-16 units, as in every string here.
 */

import raw from './measure-tables.json'

export type Rule = 'x' | 'sms' | 'facebook'
export type Version = 'v1' | 'v2' | 'v3'
export type Encoding = 'GSM-7' | 'UCS-2'

/** A character that spoils something; `replacement` is "" to leave it out and null when nothing plain says the same. */
export interface Offender {
  char: string
  index: number
  replacement: string | null
}

export interface Measured {
  weight: number
  limit: number
  fits: boolean
  encoding: Encoding | null
  segments: number | null
  offenders: Offender[]
}

/** A link as X counts it; `text` can differ from the slice in one odd corner of X's rules. */
export interface Link {
  text: string
  start: number
  end: number
}

export interface Hashtag {
  text: string
  start: number
  end: number
}

interface Config {
  limit: number
  url: number
  heavy: number
  light: number
  light_ranges: number[][]
  emoji: boolean
}

interface Capacity {
  single: number
  part8: number
  part16: number
}

interface Tables {
  x: {
    configs: Record<Version, Config>
    invalid: string
    not_in_domain: string
    plain_domain: string
    no_link_after: string
    no_bare_link_after: string
    not_after_tld: string
    tail: string
    short_link: string
    max_url: number
    max_slug: number
    max_label: number
    emoji: string
    hashtag_marks: string
    tlds: string
  }
  sms: {
    basic: string
    extension: string
    capacity: Record<Encoding, Capacity>
    max_segments: number
    limit: number
    replacements: Record<string, string>
  }
  facebook: { limit: number }
}

const tables: Tables = raw
const { x, sms, facebook } = tables

/** Measure a text by a platform's rule; `limit` is the channel's own where it differs from the usual. */
export function measure(rule: Rule, text: string, limit?: number): Measured {
  switch (rule) {
    case 'x':
      return measureX(text, 'v3', limit)
    case 'sms':
      return measureSms(text, 8, limit)
    case 'facebook':
      return measureFacebook(text, limit)
  }
}

// --- X --------------------------------------------------------------------------------------------------------

const EMOJI = new RegExp(x.emoji, 'gu')
const INVALID = new Set(x.invalid)

export function measureX(text: string, version: Version = 'v3', limit?: number): Measured {
  const most = limit ?? x.configs[version].limit
  const weight = weigh(text, version)
  const offenders = offendersOf(text, (char) => INVALID.has(char), () => '')
  const fits = weight > 0 && weight <= most && offenders.length === 0
  return { weight, limit: most, fits, encoding: null, segments: null, offenders }
}

/** The weighted length alone, of a text in any normal form. */
export function weigh(given: string, version: Version = 'v3'): number {
  const config = x.configs[version]
  const text = given.normalize('NFC')
  const links = new Map(findLinks(text).map((link) => [link.start, link.text.length]))
  const emoji = new Map<number, number>()
  if (config.emoji) for (const found of text.matchAll(EMOJI)) emoji.set(found.index, found[0].length)
  let weight = 0
  let at = 0
  while (at < text.length) {
    const link = links.get(at)
    const sequence = emoji.get(at)
    if (link !== undefined) {
      weight += config.url
      at += link
    } else if (sequence !== undefined) {
      weight += config.heavy
      at += sequence
    } else {
      const point = text.codePointAt(at) ?? 0
      weight += isLight(point, config) ? config.light : config.heavy
      at += point > 0xffff ? 2 : 1
    }
  }
  return weight
}

function isLight(point: number, config: Config): boolean {
  return config.light_ranges.some(([low = 0, high = -1]) => low <= point && point <= high)
}

/** Links of a text as it is typed; a post with one costs more, so the author is told. */
export function extractLinks(text: string): Link[] {
  return findLinks(text.normalize('NFC'))
}

// --- Links ----------------------------------------------------------------------------------------------------
// As in links.py: runs of characters a host can have are cut at their dots and the labels looked up.

const HOST_RUN = new RegExp(`(?:[^${x.not_in_domain}]|[-_.])+`, 'g')
const LEAD = new RegExp(`[^${x.no_link_after}]`)
const NOT_AFTER_TLD = new RegExp(`[${x.not_after_tld}]`)
const PLAIN = new RegExp(`^[${x.plain_domain}]+$`)
const PLAIN_AT_END = new RegExp(`[${x.plain_domain}]+$`)
const PUNYCODE_TLD = /xn--[-0-9a-z]+/iy
const PROTOCOL = /https?:\/\/$/i
const TAIL = new RegExp(x.tail, 'y')
const SHORT_LINK = new RegExp(x.short_link)
const TLDS = new Set(x.tlds.split(' ').map(fold))
const TLD_LENGTHS = [...new Set([...TLDS].map((tld) => tld.length))].sort((a, b) => b - a)
const LONGEST_TLD = TLD_LENGTHS[0] ?? 0
const DEFAULT_PROTOCOL = 'https://'

type Span = readonly [start: number, end: number]

/** Upper case as X's library folds it: one unit to one, and never from outside ASCII into it. */
function fold(text: string): string {
  let folded = ''
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charAt(index)
    const upper = unit.toUpperCase()
    folded += upper.length === 1 && (unit < '\x80' || upper >= '\x80') ? upper : unit
  }
  return folded
}

function findLinks(text: string): Link[] {
  const links: Link[] = []
  if (!text.includes('.')) return links
  let resumeAt = 0
  for (const run of text.matchAll(HOST_RUN)) {
    const runEnd = run.index + run[0].length
    if (runEnd <= resumeAt || !run[0].includes('.')) continue
    const host = new HostRun(text, run.index, run[0])
    for (let found = host.firstDomain(resumeAt); found; found = host.firstDomain(resumeAt)) {
      TAIL.lastIndex = found.domainEnd
      const tail = TAIL.exec(text)
      const end = found.domainEnd + (tail ? tail[0].length : 0)
      links.push(...accept(text, found, end, tail?.[1]))
      resumeAt = end
      if (resumeAt >= runEnd) break
    }
  }
  return links
}

interface Found {
  start: number
  domainStart: number
  domainEnd: number
}

class HostRun {
  private readonly labels: Span[]
  private readonly tldEnds: number[]
  /** The last label up to this one that can be a TLD behind a domain name. */
  private readonly best: number[]
  /** The first label behind this one that cannot stand inside a domain. */
  private readonly reach: number[]
  private readonly text: string
  private readonly start: number
  private at = 0

  constructor(text: string, start: number, run: string) {
    this.text = text
    this.start = start
    this.labels = labelsOf(run, start)
    const count = this.labels.length
    this.tldEnds = new Array<number>(count).fill(-1)
    this.best = new Array<number>(count).fill(-1)
    this.reach = new Array<number>(count).fill(count)
    let good = -1
    for (let j = 1; j < count; j += 1) {
      const end = tldEnd(text, this.label(j)[0])
      this.tldEnds[j] = end
      if (end >= 0 && isName(text, ...this.label(j - 1))) good = j
      this.best[j] = good
    }
    for (let i = count - 2; i >= 0; i -= 1) {
      this.reach[i] = isLabel(text, ...this.label(i + 1)) ? (this.reach[i + 1] ?? count) : i + 1
    }
  }

  firstDomain(resumeAt: number): Found | null {
    while (this.at < this.labels.length - 1 && this.label(this.at)[1] <= resumeAt) this.at += 1
    for (let i = this.at; i < this.labels.length - 1; i += 1) {
      const [labelStart, labelEnd] = this.label(i)
      for (const domainStart of this.starts(labelStart, labelEnd, resumeAt)) {
        const start = this.linkStart(domainStart, resumeAt)
        if (start < 0) continue
        const domainEnd = this.domainEnd(i, domainStart, labelEnd)
        if (domainEnd >= 0) return { start, domainStart, domainEnd }
      }
    }
    return null
  }

  private label(index: number): Span {
    return this.labels[index] ?? [0, 0]
  }

  private *starts(labelStart: number, labelEnd: number, resumeAt: number): Generator<number> {
    if (labelStart === 0 && resumeAt === 0) {
      if (LEAD.test(this.text.charAt(0))) yield 1 // the library first takes a character for the lead
      yield 0
    }
    for (let lead = Math.max(labelStart - 1, resumeAt, 0); lead < labelEnd - 1; lead += 1) {
      if (LEAD.test(this.text.charAt(lead))) yield lead + 1
    }
  }

  private linkStart(domainStart: number, resumeAt: number): number {
    if (domainStart === this.start && domainStart > resumeAt) {
      const before = this.text.slice(Math.max(resumeAt, domainStart - 8), domainStart)
      const protocol = PROTOCOL.exec(before)
      if (protocol) {
        const start = domainStart - protocol[0].length
        if (this.mayLead(start, resumeAt)) return start
      }
    }
    return this.mayLead(domainStart, resumeAt) ? domainStart : -1
  }

  private mayLead(start: number, resumeAt: number): boolean {
    return start === 0 || (start > resumeAt && LEAD.test(this.text.charAt(start - 1)))
  }

  private domainEnd(i: number, domainStart: number, labelEnd: number): number {
    if (!isLabel(this.text, domainStart, labelEnd)) return -1
    const j = this.best[Math.min(this.reach[i] ?? 0, this.labels.length - 1)] ?? -1
    if (j >= i + 2) return this.tldEnds[j] ?? -1
    const end = this.tldEnds[i + 1] ?? -1
    return end >= 0 && isName(this.text, domainStart, labelEnd) ? end : -1
  }
}

function labelsOf(host: string, start: number): Span[] {
  const labels: Span[] = []
  let position = start
  for (const label of host.split('.')) {
    labels.push([position, position + label.length])
    position += label.length + 1
  }
  return labels
}

function tldEnd(text: string, start: number): number {
  const head = fold(text.slice(start, start + LONGEST_TLD).split('.', 1)[0] ?? '')
  for (const length of TLD_LENGTHS) {
    if (length > head.length || !TLDS.has(head.slice(0, length))) continue
    if (!NOT_AFTER_TLD.test(text.charAt(start + length))) return start + length
  }
  PUNYCODE_TLD.lastIndex = start
  const punycode = PUNYCODE_TLD.exec(text)
  return punycode ? start + punycode[0].length : -1
}

function isLabel(text: string, start: number, end: number): boolean {
  return start < end && !'-_'.includes(text.charAt(start)) && !'-_'.includes(text.charAt(end - 1))
}

function isName(text: string, start: number, end: number): boolean {
  return isLabel(text, start, end) && !text.slice(start, end).includes('_')
}

function accept(text: string, { start, domainStart, domainEnd }: Found, end: number, path?: string): Link[] {
  const url = text.slice(start, end)
  const domain = text.slice(domainStart, domainEnd)
  const protocol = text.slice(start, domainStart)
  if (!isResolvable(domain) || (protocol || DEFAULT_PROTOCOL).length + url.length > x.max_url) return []
  if (protocol) {
    const short = SHORT_LINK.exec(url)
    if (!short) return [{ text: url, start, end }]
    if ((short[1] ?? '').length > x.max_slug) return []
    return [{ text: short[0], start, end: start + short[0].length }]
  }
  if (domainStart > 0 && x.no_bare_link_after.includes(text.charAt(domainStart - 1))) return []
  const plain = [...plainDomains(domain)].map((span) => domain.slice(...span))
  let plainEnd = 0
  return plain.map((counted, index) => {
    // Looked for by its letters, as the library does: the same letters a little earlier win.
    const plainStart = domain.indexOf(counted, plainEnd)
    plainEnd = plainStart + counted.length
    if (!path || index < plain.length - 1) return { text: counted, start: start + plainStart, end: start + plainEnd }
    return { text: counted + url.slice(domain.length), start: start + plainStart, end }
  })
}

/** Domains in Latin letters within a run of letters of any script, as between Japanese words without spaces. */
function* plainDomains(domain: string): Generator<Span> {
  const labels = labelsOf(domain, 0)
  let resumeAt = 0
  let i = 0
  while (i < labels.length - 1) {
    const [labelStart, labelEnd] = labels[i] ?? [0, 0]
    const start = Math.max(labelStart, resumeAt)
    const lead = PLAIN_AT_END.exec(domain.slice(start, labelEnd))
    if (!lead) {
      i += 1
      continue
    }
    let found: Span = [-1, -1]
    let j = i + 1
    for (; j < labels.length; j += 1) {
      const [from, to] = labels[j] ?? [0, 0]
      const end = tldEnd(domain, from)
      if (end >= 0) found = [j, end]
      if (!PLAIN.test(domain.slice(from, to))) break
    }
    if (found[0] < 0) {
      i = j // what starts at a label in between would meet the same end
    } else {
      yield [start + lead.index, found[1]]
      i = found[0]
      resumeAt = found[1]
    }
  }
}

function isResolvable(domain: string): boolean {
  const lengths = domain.split('.').map(asciiLength)
  if (!lengths.every((length) => length > 0 && length <= x.max_label)) return false
  return !domain.startsWith('xn--') || !plainDomains(domain).next().done
}

function asciiLength(label: string): number {
  if (label.length > x.max_label * 2) return label.length // too long however it is encoded
  const parts = label.split(/[\u3002\uff0e\uff61]/)
  return parts.reduce((sum, part) => sum + encodedLength(part), parts.length - 1)
}

/** Length of a label in Punycode (RFC 3492), its prefix included. */
function encodedLength(label: string): number {
  const points = Array.from(label, (char) => char.codePointAt(0) ?? 0)
  const basic = points.filter((point) => point < 0x80).length
  if (basic === points.length) return basic
  let length = 'xn--'.length + basic + (basic > 0 ? 1 : 0)
  let [current, delta, bias, handled] = [0x80, 0, 72, basic]
  while (handled < points.length) {
    const floor = current
    const next = Math.min(...points.filter((point) => point >= floor))
    delta += (next - current) * (handled + 1)
    current = next
    for (const point of points) {
      if (point < current) delta += 1
      if (point !== current) continue
      let rest = delta
      for (let k = 36; ; k += 36) {
        length += 1
        const threshold = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias
        if (rest < threshold) break
        rest = Math.floor((rest - threshold) / (36 - threshold))
      }
      bias = adapt(delta, handled + 1, handled === basic)
      delta = 0
      handled += 1
    }
    delta += 1
    current += 1
  }
  return length
}

function adapt(delta: number, count: number, first: boolean): number {
  let rest = Math.floor(delta / (first ? 700 : 2))
  rest += Math.floor(rest / count)
  let k = 0
  for (; rest > 455; k += 36) rest = Math.floor(rest / 35)
  return k + Math.floor((36 * rest) / (rest + 38))
}

// --- Hashtags -------------------------------------------------------------------------------------------------

const TAG_CHARACTER = `[\\p{L}\\p{M}\\p{Nd}${x.hashtag_marks}]`
const TAG = new RegExp(
  `(?<before>^|\\ufe0e|\\ufe0f|(?!${TAG_CHARACTER}|&)[^])[#＃](?!\\ufe0f|\\u20e3)` +
    `(?<body>(?=${TAG_CHARACTER}*[\\p{L}\\p{M}])${TAG_CHARACTER}+)`,
  'gu',
)

/** Hashtags that X would make into links, those inside links left out. */
export function extractHashtags(text: string): Hashtag[] {
  const tags: Hashtag[] = []
  for (const found of text.matchAll(TAG)) {
    const end = found.index + found[0].length
    const body = found.groups?.['body'] ?? ''
    if (!/^(?:[#＃]|:\/\/)/.test(text.slice(end, end + 3))) tags.push({ text: body, start: end - body.length - 1, end })
  }
  if (tags.length === 0) return tags
  const own = new Set<Hashtag | Link>(tags)
  let coveredTo = 0
  const kept: Hashtag[] = []
  for (const entity of [...tags, ...findLinks(text)].sort((a, b) => a.start - b.start)) {
    if (entity.start < coveredTo) continue
    coveredTo = entity.end
    if (own.has(entity)) kept.push(entity)
  }
  return kept
}

// --- SMS ------------------------------------------------------------------------------------------------------

const EXTENSION = new Set(sms.extension)
const GSM7 = new Set(sms.basic + sms.extension)

/** Count a message as the network will; a pair of units (an escape, a surrogate) moves to the next part whole. */
export function measureSms(text: string, referenceBits: 8 | 16 = 8, limit?: number): Measured {
  const offenders = offendersOf(text, (char) => !GSM7.has(char), plain)
  const encoding: Encoding = offenders.length > 0 ? 'UCS-2' : 'GSM-7'
  const capacity = sms.capacity[encoding]
  const perPart = referenceBits === 8 ? capacity.part8 : capacity.part16
  let [weight, parts, used] = [0, 1, 0]
  for (const char of text) {
    const units = encoding === 'GSM-7' ? (EXTENSION.has(char) ? 2 : 1) : char.length
    weight += units
    if (used + units > perPart) [parts, used] = [parts + 1, 0]
    used += units
  }
  const segments = weight === 0 ? 0 : weight <= capacity.single ? 1 : parts
  const most = limit ?? sms.limit
  const fits = weight > 0 && weight <= most && segments <= sms.max_segments
  return { weight, limit: most, fits, encoding, segments, offenders }
}

/** What to write for a character in the GSM alphabet, null when nothing plain says the same. */
export function plain(char: string): string | null {
  if (GSM7.has(char)) return char
  const known = sms.replacements[char]
  if (known !== undefined) return known
  if (/^[\p{Mn}\p{Cc}]$/u.test(char)) return ''
  const decomposed = char.normalize('NFKD')
  if (decomposed === char) return null
  const letters = Array.from(decomposed)
    .filter((part) => !/^\p{Mn}$/u.test(part))
    .map((part) => sms.replacements[part] ?? part)
    .join('')
  return letters && Array.from(letters).every((part) => GSM7.has(part)) ? letters : null
}

/** The text with every offender replaced that has a replacement; the others stay, for a person to decide. */
export function toPlain(text: string): string {
  return Array.from(text.normalize('NFC'), (char) => plain(char) ?? char).join('')
}

// --- Facebook -------------------------------------------------------------------------------------------------

export function measureFacebook(text: string, limit?: number): Measured {
  const most = limit ?? facebook.limit
  const weight = text.length
  return { weight, limit: most, fits: weight > 0 && weight <= most, encoding: null, segments: null, offenders: [] }
}

function offendersOf(
  text: string,
  offends: (char: string) => boolean,
  instead: (char: string) => string | null,
): Offender[] {
  const offenders: Offender[] = []
  let index = 0
  for (const char of text) {
    if (offends(char)) offenders.push({ char, index, replacement: instead(char) })
    index += 1
  }
  return offenders
}
