/**
 * Commands and questions to the server. Screens command by HTTP and read by the stream.
 *
 * An answer that is a problem document becomes an `ApiError` with its stable code and its sentence. No answer at all
 * becomes `NoAnswer`: the request may have landed, so only what carries an idempotency key is safe to send again.
 */
import { tRefusal } from './i18n/index.ts'

export interface Problem {
  type: string
  title: string
  status: number
  code: string
  detail: string
  retry_after_s?: number
  [more: string]: unknown
}

/** `message` is in the person's language where its code and sentence are known; `lang` where it is the server's own. */
export class ApiError extends Error {
  readonly problem: Problem
  readonly lang: 'en' | undefined
  constructor(problem: Problem) {
    const { words, lang } = tRefusal(problem.code, problem.detail || problem.title)
    super(words)
    this.name = 'ApiError'
    this.lang = lang
    this.problem = problem
  }
  get code(): string {
    return this.problem.code
  }
  get status(): number {
    return this.problem.status
  }
}

export class NoAnswer extends Error {
  constructor(cause: unknown) {
    super('The server did not answer.', { cause })
    this.name = 'NoAnswer'
  }
}

export interface CallOptions {
  body?: unknown
  /** Makes a repeated command the same command. */
  key?: string
  /** Id of who wrote what is sent, where it may have waited: no session of anybody else sends it. */
  writer?: string
  /** Sent as it is, instead of `body`. */
  file?: Blob
  signal?: AbortSignal
  timeout_ms?: number
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

const ROOT = '/api/v1/'
const UPLOAD_MS = 120_000

export interface Heard {
  answered: boolean
  status: number
  code: string
  /** From the first byte of the question to the last of the answer, and how much of it was a file. */
  took_ms: number
  file_bytes: number
}

/** Told of every answer, so that the screen can say whether the server is there and who is no longer signed in. */
export const listeners = new Set<(heard: Heard) => void>()

export async function call<T>(method: Method, path: string, options: CallOptions = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (method !== 'GET') headers['X-Tocsin'] = '1'
  if (options.file) headers['Content-Type'] = options.file.type
  else if (options.body !== undefined) headers['Content-Type'] = 'application/json'
  if (options.key) headers['Idempotency-Key'] = options.key
  if (options.writer) headers['X-Tocsin-Person'] = options.writer
  const limit = AbortSignal.timeout(options.timeout_ms ?? 15_000)
  const from_ms = performance.now()
  const tell = (answered: boolean, status: number, code = ''): void => {
    const heard = { answered, status, code, took_ms: performance.now() - from_ms, file_bytes: options.file?.size ?? 0 }
    for (const listener of listeners) listener(heard)
  }
  let response: Response
  let text: string
  try {
    response = await fetch(ROOT + path, {
      method,
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: options.signal ? AbortSignal.any([options.signal, limit]) : limit,
      ...(options.file ? { body: options.file } : options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    })
    text = await response.text()
  } catch (cause) {
    if (options.signal?.aborted) throw cause
    tell(false, 0)
    throw new NoAnswer(cause)
  }
  if (response.ok) {
    const answer = text ? parse(text) : undefined
    // A log-in page of the network, or of a proxy before us, says 200 as well: whoever takes it for a yes loses a text.
    if (answer === undefined && response.status !== 204) {
      tell(false, response.status)
      throw new NoAnswer(new TypeError('what answered was not Tocsin'))
    }
    tell(true, response.status)
    return answer as T
  }
  const problem = problemOf(response, text)
  tell(true, response.status, problem.code)
  throw new ApiError(problem)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A proxy may answer in words of its own; that is a problem too, with a code of ours. */
function problemOf(response: Response, text: string): Problem {
  const found = parse(text)
  const retry = Number(response.headers.get('Retry-After'))
  const fallback: Problem = {
    type: 'about:blank',
    title: response.statusText,
    status: response.status,
    code: `http_${response.status}`,
    detail: `The server answered ${response.status}. Nothing was changed as far as we know.`,
    ...(retry > 0 ? { retry_after_s: retry } : {}),
  }
  return found && typeof found === 'object' && 'code' in found ? { ...fallback, ...(found as Problem) } : fallback
}

export const get = <T>(path: string, options?: CallOptions) => call<T>('GET', path, options)
export const post = <T>(path: string, body: unknown = {}, options: CallOptions = {}) =>
  call<T>('POST', path, { ...options, body })
export const patch = <T>(path: string, body: unknown, options: CallOptions = {}) =>
  call<T>('PATCH', path, { ...options, body })
/** A file is given longer: what counts is that it moves. `key` makes a repeated upload the same picture. */
export const upload = <T>(path: string, file: Blob, key: string, signal: AbortSignal) => call<T>('POST', path, { file, key, signal, timeout_ms: UPLOAD_MS })
export const remove = <T>(path: string, options?: CallOptions) => call<T>('DELETE', path, options)
