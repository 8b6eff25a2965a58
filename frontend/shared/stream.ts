/**
 * Follows one topic and keeps its timeline true, for every screen of ours.
 *
 * WebSocket first; where three in a row say nothing, server-sent events, then polling, for public topics. It says
 * hello with its place, so that it misses nothing and gets nothing twice; a gap or a wrong digest makes it ask again.
 */
import { digest, take, type Timeline } from './timeline.ts'
import type { Heartbeat, ServerFrame } from './wire.ts'

export type Liveness = 'connecting' | 'live' | 'reconnecting' | 'not-live'

const QUIET_MS = 15_000
const DEAD_MS = 30_000
const HEALTHY_MS = 30_000
const POLL_MS = 2_000
const FALLBACK_AFTER = 3

export interface StreamOptions {
  /** "EVENT_ID:public", or "EVENT_ID:desk" with `ticket`. */
  topic: string
  /** "https://host" of the server; '' is the page's own. */
  base?: string
  /** Fetches a one-time ticket; asked before every connection. */
  ticket?: () => Promise<string>
  /** What the page was rendered from, if it says. */
  start?: Timeline
  /** The timeline changed; `message` is what changed it. */
  onTimeline: (timeline: Timeline, message: ServerFrame) => void
  onLiveness?: (liveness: Liveness) => void
  onHeartbeat?: (heartbeat: Heartbeat) => void
  /** The server says not to come back (4500 to 4999). */
  onEnd?: (code: number, reason: string) => void
}

export interface Stream {
  close(): void
  /** Ask for a fresh snapshot. */
  refresh(): void
}

/** A moment by both clocks: a person can set one, and the other may stand still while the machine sleeps. */
type Moment = readonly [wall_ms: number, mono_ms: number]
const moment = (): Moment => [Date.now(), performance.now()]
/** The longer of the two: a clock that is set back must not make what is dead look alive. */
const since = ([wall_ms, mono_ms]: Moment): number => Math.max(Date.now() - wall_ms, performance.now() - mono_ms)

export function follow(options: StreamOptions): Stream {
  const { topic, base = '', onLiveness } = options
  const home = base || location.origin
  const documents = `${home}/api/v1/events/${topic.replace(/:(\w+)$/, '/timeline/$1')}`
  let timeline = options.start
  let liveness: Liveness | undefined
  let link: { close(): void } | undefined
  /** Grows with every connection; what an older one still says is nobody's. */
  let turn = 0
  let failures = 0
  let heardAt = moment()
  let openedAt = moment()
  let timer: ReturnType<typeof setTimeout> | undefined
  let ended = false

  const say = (next: Liveness): void => {
    if (next !== liveness) onLiveness?.((liveness = next))
  }

  function hear(message: ServerFrame, hello?: (fresh: boolean) => void): void {
    heardAt = moment()
    say('live')
    const next = take(timeline, message)
    if (message.type === 'heartbeat') {
      options.onHeartbeat?.(message)
      const mine = next && message.offset === next.offset ? digest(next) : ''
      if (mine && message.digest && mine !== message.digest) return restart(hello)
    }
    if (!next) return hello ? hello(false) : restart()
    if (next !== timeline) options.onTimeline((timeline = next), message)
  }

  function restart(hello?: (fresh: boolean) => void): void {
    timeline = undefined
    if (hello) hello(true)
    else again(0)
  }

  function again(wait = Math.random() * Math.min(60_000, 500 * 2 ** failures++)): void {
    turn++
    link?.close()
    link = undefined
    clearTimeout(timer)
    if (ended) return
    if (liveness === 'live') say('reconnecting')
    timer = setTimeout(() => void connect(), wait)
  }

  async function connect(): Promise<void> {
    const mine = ++turn
    openedAt = moment()
    if (!liveness) say('connecting')
    try {
      const ticket = await options.ticket?.()
      if (mine !== turn) return
      if (ticket === undefined && failures >= FALLBACK_AFTER) fallBack(mine)
      else openSocket(mine, ticket)
    } catch {
      if (mine === turn) again()
    }
  }

  const place = (fresh = false): { epoch?: string; offset?: number } =>
    timeline && !fresh ? { epoch: timeline.epoch, offset: timeline.offset } : {}

  function openSocket(mine: number, ticket?: string): void {
    // What is public may stand in the address: one way less to wait for, and the server need not wait for a hello.
    const asked = Object.entries({ topic, ...place() }).map(([name, value]) => [name, String(value)])
    const address = ticket === undefined ? `?${String(new URLSearchParams(asked))}` : ''
    const socket = new WebSocket(`${home.replace(/^http/, 'ws')}/api/v1/stream${address}`)
    const hello = (fresh: boolean): void => {
      socket.send(JSON.stringify({ type: 'hello', topic, ...(ticket && { ticket }), ...place(fresh) }))
    }
    link = socket
    if (!address) socket.onopen = () => hello(false)
    socket.onmessage = ({ data }) => mine === turn && hear(JSON.parse(String(data)) as ServerFrame, hello)
    socket.onclose = ({ code, reason }) => {
      if (mine !== turn) return
      if (code >= 4500) {
        close()
        say('not-live')
        options.onEnd?.(code, reason)
        return
      }
      if (since(openedAt) > HEALTHY_MS) failures = 0
      const hint = /retry_after_ms=(\d+)/.exec(reason)
      again(hint ? Number(hint[1]) : undefined)
    }
  }

  function fallBack(mine: number): void {
    // Every other round, so that a proxy that holds events back is got round, too.
    if (failures % 2 && typeof EventSource === 'function') {
      const events = new EventSource(`${documents}/sse${timeline ? `?place=${timeline.epoch}:${timeline.offset}` : ''}`)
      link = events
      events.onmessage = ({ data }) => mine === turn && hear(JSON.parse(String(data)) as ServerFrame)
      events.onerror = () => mine === turn && again()
    } else void poll(mine)
  }

  async function poll(mine: number): Promise<void> {
    // A line like the others: what is silent for too long is given up, which a browser does after minutes, if at all.
    const asking = new AbortController()
    link = { close: () => asking.abort() }
    try {
      // Two addresses for everybody, so that a cache asks the server once for all of us.
      const answer = await fetch(`${documents}/${timeline ? 'recent' : 'snapshot'}`, { signal: asking.signal })
      if (mine !== turn) return
      if (!answer.ok) return again()
      hear((await answer.json()) as ServerFrame)
      // A socket may work again by now: try one every minute.
      if (since(openedAt) > 2 * HEALTHY_MS) failures = 0
      timer = setTimeout(() => void (failures ? poll(mine) : connect()), POLL_MS * (0.75 + Math.random() / 2))
    } catch {
      if (mine === turn) again()
    }
  }

  const watch = setInterval(() => {
    const quiet = since(heardAt)
    if (quiet < QUIET_MS) return
    say(quiet < DEAD_MS ? 'reconnecting' : 'not-live')
    if (link && since(openedAt) > QUIET_MS) again()
  }, 1_000)

  /** Back from sleep, or the network is back: do not sit out the wait. */
  const hint = (): void => {
    if (document.visibilityState === 'visible' && (!link || since(heardAt) > QUIET_MS)) again(Math.random() * 500)
  }

  function close(): void {
    ended = true
    clearInterval(watch)
    removeEventListener('online', hint)
    document.removeEventListener('visibilitychange', hint)
    again()
  }

  addEventListener('online', hint)
  document.addEventListener('visibilitychange', hint)
  void connect()
  return { close, refresh: restart }
}
