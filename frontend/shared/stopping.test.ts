import { afterEach, describe, expect, it, vi } from 'vitest'
import { Acting } from './acting.ts'
import { DeskStore } from './desk-state.ts'
import { Stopping } from './stopping.ts'

describe('N2: a stop or a hold that did not happen', () => {
  afterEach(() => vi.unstubAllGlobals())

  it('says to somebody whose session has ended that posts still go out', async () => {
    const refusal = { status: 401, code: 'signed_out', title: '', detail: '' }
    vi.stubGlobal('fetch', async () => new Response(JSON.stringify(refusal), { status: 401, headers: { 'content-type': 'application/problem+json' } }))
    const acting = new Acting(false)
    const stopping = new Stopping(new DeskStore(), acting, 'e1')
    for (const press of [() => stopping.stop(), () => stopping.hold()]) {
      press()
      await vi.waitFor(() => expect(acting.trouble.value?.words).toMatch(/^Nothing was paused or stopped: posts still go out\. Sign in/))
      acting.trouble.value = undefined
    }
  })
})
