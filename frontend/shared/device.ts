/**
 * A paired tablet: its key, its session and its lock.
 *
 * The private key cannot be read out, not even by this page: it lives in the browser's own store and only signs. With
 * it the tablet renews its short session by itself; that unlocks nothing, since nobody need be there.
 */
import { ApiError, post } from './api.ts'
import { base64urlOf, bytesOf } from './webauthn.ts'
import type { Paired } from './access.ts'

export interface Kept {
  device_id: string
  session_s: number
  idle_s: number
  key: CryptoKey
}

const PLACE = 'tocsin.device'
const PREFIX = new TextEncoder().encode('tocsin-device-1\n')
/** Touches are told to the server at most so often: often enough for every idle time that makes sense. */
const TOUCH_EVERY_MS = 30_000

function store(mode: IDBTransactionMode): Promise<IDBObjectStore> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(PLACE, 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore('kept')
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
      // Whoever wipes this tablet deletes the store: an open connection must not stand in the way.
      opening.result.onversionchange = () => opening.result.close()
      resolve(opening.result.transaction('kept', mode).objectStore('kept'))
    }
  })
}

function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

export const keep = async (kept: Kept): Promise<void> => void (await answered((await store('readwrite')).put(kept, 'device')))

export async function kept(): Promise<Kept | undefined> {
  try {
    return await answered<Kept | undefined>((await store('readonly')).get('device'))
  } catch {
    return undefined // no store, no tablet
  }
}

/** Pair: a new key, its public half to the server with the admin's code, a PIN and proof of the person. */
export async function pair(body: { code: string; pin: string; password?: string; second?: string; person_code?: string }): Promise<Paired> {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
  const public_key = base64urlOf(await crypto.subtle.exportKey('spki', keys.publicKey))
  const paired = await post<Paired>('devices', { ...body, public_key })
  await keep({ device_id: paired.device.id, session_s: paired.session_s, idle_s: paired.idle_s, key: keys.privateKey })
  return paired
}

/** A new session, signed for with the tablet's key. */
export async function renew(device: Kept): Promise<{ locked: boolean; session_s: number }> {
  const { challenge } = await post<{ challenge: string }>('devices/challenge', { device_id: device.device_id })
  const bytes = bytesOf(challenge)
  const signed = new Uint8Array(PREFIX.length + bytes.length)
  signed.set(PREFIX)
  signed.set(bytes, PREFIX.length)
  const signature = base64urlOf(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, device.key, signed))
  return post<{ locked: boolean; session_s: number }>('devices/session', { device_id: device.device_id, challenge, signature })
}

export const unlock = (pin: string) => post<void>('devices/unlock', { pin })

/** Whether a refusal says that this tablet is none any more. */
export const isWiped = (error: unknown): boolean => error instanceof ApiError && error.code === 'device_wiped'

/** When a tablet that nobody touches locks itself, and when it may tell of a touch. Pure, so that tests own the time. */
export class Idle {
  private touched_ms: number
  private told_ms: number
  private readonly idle_ms: number

  constructor(idle_s: number, now_ms: number) {
    this.idle_ms = idle_s * 1000
    this.touched_ms = now_ms
    this.told_ms = now_ms
  }

  /** A finger: true when the server should hear of it. */
  touch(now_ms: number): boolean {
    this.touched_ms = now_ms
    if (Math.abs(now_ms - this.told_ms) < Math.min(TOUCH_EVERY_MS, this.idle_ms / 3)) return false
    this.told_ms = now_ms
    return true
  }

  isOver(now_ms: number): boolean {
    // Either way: with a clock that was set back, nobody knows for how long it has been left, and a doubt locks.
    return Math.abs(now_ms - this.touched_ms) >= this.idle_ms
  }

  unlocked(now_ms: number): void {
    this.touched_ms = now_ms
    this.told_ms = now_ms
  }
}
