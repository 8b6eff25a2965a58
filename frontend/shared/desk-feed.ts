/** Joins the desk topic and keeps a DeskStore true: a ticket, a socket, a snapshot, then frames; again when it breaks. */
import { batch } from '@preact/signals'
import { streamTicket } from './commands.ts'
import { fromSnapshot, type DeskStore } from './desk-state.ts'
import { serverSaidItIs } from './tick.ts'
import type { Hello, ServerFrame } from './wire.ts'

const QUIET_RECONNECTING_MS = 15_000
const QUIET_NOT_LIVE_MS = 30_000

export function openDeskFeed(store: DeskStore, event_id: string): () => void {
  const topic = `${event_id}:desk`
  let socket: WebSocket | undefined
  let position: { epoch: string; offset: number } | undefined
  let closed = false
  let tries = 0
  let heard_at = Date.now()
  let retry: ReturnType<typeof setTimeout> | undefined

  function take(frame: ServerFrame): void {
    heard_at = Date.now()
    batch(() => {
      store.connection.value = 'live'
      if (frame.type === 'heartbeat') {
        serverSaidItIs(frame.at)
        if (frame.viewers !== null) store.viewers.value = frame.viewers
      } else if (frame.type === 'snapshot') {
        store.state.value = fromSnapshot(frame)
        if (frame.viewers !== null) store.viewers.value = frame.viewers
        position = { epoch: frame.epoch, offset: frame.offset }
      } else if (!position || frame.epoch !== position.epoch || frame.prev > position.offset) {
        // A hole: what we have can no longer be trusted to become the whole.
        position = undefined
        socket?.close()
      } else if (frame.offset > position.offset) {
        store.apply(...frame.ops)
        position = { epoch: frame.epoch, offset: frame.offset }
      }
    })
  }

  async function connect(): Promise<void> {
    clearTimeout(retry)
    try {
      const { ticket } = await streamTicket(topic)
      if (closed) return
      const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
      const fresh = new WebSocket(`${scheme}://${location.host}/api/v1/stream`)
      socket = fresh
      fresh.onopen = () => {
        tries = 0
        const hello: Hello = { type: 'hello', topic, ticket, ...(position ?? {}) }
        fresh.send(JSON.stringify(hello))
      }
      fresh.onmessage = (message) => {
        if (fresh === socket) take(JSON.parse(String(message.data)) as ServerFrame)
      }
      fresh.onclose = () => {
        if (fresh === socket) again()
      }
    } catch {
      again()
    }
  }

  function again(): void {
    if (closed) return
    socket = undefined
    if (store.connection.value === 'live') store.connection.value = 'reconnecting'
    clearTimeout(retry)
    // Spread, so that a room of tablets does not knock at once.
    retry = setTimeout(() => void connect(), Math.min(10_000, 500 * 2 ** tries++) * (0.5 + Math.random() / 2))
  }

  const watch = setInterval(() => {
    const quiet_ms = Date.now() - heard_at
    if (quiet_ms > QUIET_NOT_LIVE_MS) store.connection.value = 'not-live'
    else if (quiet_ms > QUIET_RECONNECTING_MS && store.connection.value === 'live') store.connection.value = 'reconnecting'
    if (quiet_ms > QUIET_RECONNECTING_MS && socket?.readyState === WebSocket.OPEN) socket.close()
  }, 1_000)
  const online = () => void (socket || connect())
  const offline = () => {
    store.connection.value = 'not-live'
  }
  addEventListener('online', online)
  addEventListener('offline', offline)
  void connect()

  return () => {
    closed = true
    clearInterval(watch)
    clearTimeout(retry)
    removeEventListener('online', online)
    removeEventListener('offline', offline)
    socket?.close()
  }
}
