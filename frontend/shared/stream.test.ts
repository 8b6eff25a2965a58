import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import cases from '../../tests/fixtures/timeline/cases.json' with { type: 'json' }
import { follow, type Liveness, type StreamOptions } from './stream.ts'
import { digest, fromSnapshot, type Timeline } from './timeline.ts'
import type { Frame, Heartbeat, Item, Snapshot } from './wire.ts'

const SNAPSHOT = cases[0]!.messages[0] as unknown as Snapshot
const frame = (prev: number, offset: number, ops: Frame['ops'] = []): Frame => ({
  type: 'frame',
  topic: SNAPSHOT.topic,
  epoch: SNAPSHOT.epoch,
  prev,
  offset,
  ops,
})
const heartbeat = (offset: number, sum = ''): Heartbeat => ({
  type: 'heartbeat',
  topic: SNAPSHOT.topic,
  epoch: SNAPSHOT.epoch,
  offset,
  digest: sum,
  viewers: 3,
  at: '2026-03-01T09:00:00Z',
})

/** The browser's socket, from the outside: what was sent, and hands to let things happen. */
class FakeSocket {
  static all: FakeSocket[] = []
  sent: string[] = []
  closed = false
  onopen?: () => void
  onmessage?: (event: { data: string }) => void
  onclose?: (event: { code: number; reason: string }) => void
  url: string
  constructor(url: string) {
    this.url = url
    FakeSocket.all.push(this)
  }
  send(data: string): void {
    this.sent.push(data)
  }
  close(): void {
    this.closed = true
  }
  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) })
  }
  end(code: number, reason = ''): void {
    this.onclose?.({ code, reason })
  }
}

const last = (): FakeSocket => FakeSocket.all.at(-1)!
const hello = (socket: FakeSocket, n = -1): Record<string, unknown> =>
  JSON.parse(socket.sent.at(n)!) as Record<string, unknown>

let timelines: Timeline[]
let said: Liveness[]
let ended: number[]

async function start(options: Partial<StreamOptions> = {}) {
  const stream = follow({
    topic: SNAPSHOT.topic,
    base: 'https://desk.example',
    onTimeline: (timeline) => timelines.push(timeline),
    onLiveness: (liveness) => said.push(liveness),
    onEnd: (code) => ended.push(code),
    ...options,
  })
  await vi.advanceTimersByTimeAsync(0)
  return stream
}

async function live() {
  const stream = await start()
  last().say(SNAPSHOT)
  return stream
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', FakeSocket)
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  FakeSocket.all = []
  timelines = []
  said = []
  ended = []
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

describe('follow', () => {
  it('names a public topic in the address, says nothing, takes the snapshot and is live', async () => {
    const stream = await live()
    expect(last().url).toBe(`wss://desk.example/api/v1/stream?topic=${SNAPSHOT.topic.replace(':', '%3A')}`)
    expect(last().onopen).toBeUndefined()
    expect(last().sent).toEqual([])
    expect(timelines).toEqual([fromSnapshot(SNAPSHOT)])
    expect(said).toEqual(['connecting', 'live'])
    stream.close()
  })

  it('G9: tells of a frame once, and of nothing for a doubled one', async () => {
    const stream = await live()
    last().say(frame(5, 6))
    last().say(frame(5, 6))
    expect(timelines.map(({ offset }) => offset)).toEqual([5, 6])
    stream.close()
  })

  it('G9: asks again with its place when a frame does not follow, and shows nothing of it', async () => {
    const stream = await live()
    last().say(frame(7, 8))
    expect(hello(last())).toEqual({ type: 'hello', topic: SNAPSHOT.topic, epoch: SNAPSHOT.epoch, offset: 5 })
    expect(timelines).toHaveLength(1)
    stream.close()
  })

  it('asks for a snapshot when its digest is wrong, and not when it is right', async () => {
    const stream = await live()
    last().say(heartbeat(5, digest(timelines[0]!)))
    expect(last().sent).toHaveLength(0)
    last().say(heartbeat(5, '0000000000000000'))
    expect(hello(last())).toEqual({ type: 'hello', topic: SNAPSHOT.topic })
    stream.close()
  })

  it('comes back with its place after a cut, and says reconnecting meanwhile', async () => {
    const stream = await live()
    last().end(1006)
    expect(said.at(-1)).toBe('reconnecting')
    await vi.advanceTimersByTimeAsync(250)
    expect(FakeSocket.all).toHaveLength(2)
    expect(last().url.endsWith(`&epoch=${SNAPSHOT.epoch}&offset=5`)).toBe(true)
    stream.close()
  })

  it('D-10: a clock that is set back does not make a dead line look live, nor keep it from being opened again', async () => {
    const stream = await live()
    vi.setSystemTime(Date.now() - 3_600_000)
    await vi.advanceTimersByTimeAsync(15_000)
    expect(said.at(-1)).toBe('reconnecting')
    await vi.advanceTimersByTimeAsync(15_000)
    expect(said.at(-1)).toBe('not-live')
    expect(FakeSocket.all.length).toBeGreaterThan(1)
    stream.close()
  })

  it('N-03: waits as long as the server says', async () => {
    const stream = await live()
    last().end(1012, 'retry_after_ms=7000')
    await vi.advanceTimersByTimeAsync(6_900)
    expect(FakeSocket.all).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(200)
    expect(FakeSocket.all).toHaveLength(2)
    stream.close()
  })

  it('waits longer after each failure, up to a minute', async () => {
    const stream = await start({ ticket: () => Promise.resolve('t') })
    const waits: number[] = []
    for (let n = 0; n < 10; n++) {
      const before = FakeSocket.all.length
      last().end(1006)
      let waited = 0
      while (FakeSocket.all.length === before) {
        await vi.advanceTimersByTimeAsync(50)
        waited += 50
      }
      waits.push(waited)
    }
    expect(waits.slice(0, 4)).toEqual([250, 500, 1_000, 2_000])
    expect(waits.at(-1)).toBe(30_000)
    stream.close()
  })

  it('says reconnecting after 15 s of silence and not live after 30 s', async () => {
    const stream = await live()
    await vi.advanceTimersByTimeAsync(14_000)
    expect(said.at(-1)).toBe('live')
    await vi.advanceTimersByTimeAsync(2_000)
    expect(said.at(-1)).toBe('reconnecting')
    await vi.advanceTimersByTimeAsync(15_000)
    expect(said.at(-1)).toBe('not-live')
    stream.close()
  })

  it('leaves a silent socket and hears nothing more of it', async () => {
    const stream = await live()
    const stale = last()
    await vi.advanceTimersByTimeAsync(17_000)
    expect(stale.closed).toBe(true)
    expect(FakeSocket.all.length).toBeGreaterThan(1)
    stale.say(frame(5, 6))
    stale.end(1006)
    expect(timelines).toHaveLength(1)
    stream.close()
  })

  it('does not come back when the server says so', async () => {
    await live()
    last().end(4510, 'signed out')
    await vi.advanceTimersByTimeAsync(120_000)
    expect(ended).toEqual([4510])
    expect(FakeSocket.all).toHaveLength(1)
    expect(said.at(-1)).toBe('not-live')
  })

  it('asks for a new ticket before every connection', async () => {
    let n = 0
    const stream = await start({ ticket: () => Promise.resolve(`ticket ${++n}`) })
    last().onopen!()
    expect(hello(last())).toMatchObject({ ticket: 'ticket 1' })
    expect(last().url).toBe('wss://desk.example/api/v1/stream')
    last().end(4401)
    await vi.advanceTimersByTimeAsync(300)
    last().onopen!()
    expect(hello(last())).toMatchObject({ ticket: 'ticket 2' })
    stream.close()
  })

  it('starts from what the page was rendered from', async () => {
    const stream = await start({ start: fromSnapshot(SNAPSHOT) })
    expect(last().url.endsWith('&offset=5')).toBe(true)
    stream.close()
  })

  it('comes back at once when the network does', async () => {
    const stream = await live()
    last().end(1006)
    last().end(1006)
    globalThis.dispatchEvent(new Event('online'))
    await vi.advanceTimersByTimeAsync(260)
    expect(FakeSocket.all).toHaveLength(2)
    stream.close()
  })

  it('mobile sleep: after ten frozen minutes it comes back at once, with its place, and listens to the old line no more', async () => {
    const stream = await live()
    const old = last()
    // Frozen: no timer runs while the clock goes on, and nobody tells the page that its line is dead.
    vi.setSystemTime(Date.now() + 600_000)
    document.dispatchEvent(new Event('visibilitychange'))
    await vi.advanceTimersByTimeAsync(500)
    expect(FakeSocket.all).toHaveLength(2)
    expect(old.closed).toBe(true)
    expect(last().url.endsWith('&offset=5')).toBe(true)
    old.say(frame(5, 6))
    expect(timelines).toHaveLength(1)
    last().say({ ...frame(5, 9), type: 'delta' })
    expect(timelines.at(-1)?.offset).toBe(9)
    expect(said.at(-1)).toBe('live')
    stream.close()
  })

  it('polls where no socket ever works, at an address that all share, with the same messages', async () => {
    const fetched: string[] = []
    const item = { ...SNAPSHOT.items[0]!, version: 2 } as Item
    vi.stubGlobal('EventSource', undefined)
    vi.stubGlobal('fetch', (url: string) => {
      fetched.push(url)
      const delta = { ...frame(2, 6, [{ op: 'item.revised', item }]), type: 'delta' }
      return Promise.resolve(new Response(JSON.stringify(url.endsWith('snapshot') ? SNAPSHOT : delta)))
    })
    const stream = await start()
    for (let n = 0; n < 3; n++) {
      last().end(1006)
      await vi.advanceTimersByTimeAsync(3_000)
    }
    await vi.advanceTimersByTimeAsync(5_000)
    expect(fetched[0]).toBe('https://desk.example/api/v1/events/e1/timeline/public/snapshot')
    expect(fetched[1]).toBe('https://desk.example/api/v1/events/e1/timeline/public/recent')
    expect(timelines.map(({ offset }) => offset)).toEqual([5, 6])
    expect(said.at(-1)).toBe('live')
    stream.close()
  })

  it('L-04: a poll that is never answered is given up, and asked again', async () => {
    const asked: AbortSignal[] = []
    vi.stubGlobal('EventSource', undefined)
    vi.stubGlobal('fetch', (_url: string, { signal }: RequestInit) => {
      asked.push(signal!)
      return asked.length === 1 ? Promise.resolve(new Response(JSON.stringify(SNAPSHOT))) : new Promise(() => {})
    })
    const stream = await start()
    for (let n = 0; n < 3; n++) {
      last().end(1006)
      await vi.advanceTimersByTimeAsync(3_000)
    }
    await vi.advanceTimersByTimeAsync(5_000)
    expect(asked).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(25_000)
    expect(asked.length).toBeGreaterThan(2)
    expect(asked[1]!.aborted).toBe(true)
    stream.close()
    expect(asked.at(-1)!.aborted).toBe(true)
  })
})
