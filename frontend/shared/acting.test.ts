import { afterEach, describe, expect, it, vi } from 'vitest'
import { Acting } from './acting.ts'
import { get } from './api.ts'

const never = () => new Promise<void>(() => undefined)
const turn = () => new Promise((done) => setTimeout(done))

describe('a page that is opened', () => {
  afterEach(() => vi.unstubAllGlobals())

  it('is filled also while the page before still waits for its answer', async () => {
    const acting = new Acting(true)
    acting.opened(never)()
    const read = vi.fn(async () => undefined)
    acting.opened(read)
    expect(read).toHaveBeenCalledOnce()
  })

  it('says that no answer came, nothing of a text, and asks again by a press', async () => {
    vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('gone')))
    const acting = new Acting(false)
    const read = vi.fn(async () => get<undefined>('people'))
    acting.opened(read)
    await vi.waitFor(() => expect(acting.trouble.value).toMatchObject({ words: 'The server does not answer. Check the network, then try again.', label: 'Try again' }))
    vi.stubGlobal('fetch', async () => new Response('[]'))
    acting.trouble.value!.again!()
    await vi.waitFor(() => expect(acting.trouble.value).toBeUndefined())
    expect(read).toHaveBeenCalledTimes(2)
  })

  it('says nothing more once it was left', async () => {
    let fail = (_: Error): void => undefined
    const acting = new Acting(false)
    const leave = acting.opened(() => new Promise((_, reject) => (fail = reject)))
    leave()
    fail(new Error('late'))
    await turn()
    expect(acting.trouble.value).toBeUndefined()
  })
})
