import { signal } from '@preact/signals'
import { render } from 'preact'
import { afterEach, describe, expect, it } from 'vitest'
import type { DeskDelivery, DeskUpdate } from '../shared/wire.ts'
import { Outbox } from './outbox.tsx'
import type { Tablet } from './tablet.ts'

const delivered = { id: 'd1', channel_id: 'x', state: 'delivered', counts: {}, parts: 1, parts_sent: 1 } as unknown as DeskDelivery
const queued = { ...delivered, id: 'd2', state: 'queued' } as DeskDelivery
const released = { id: 'u1', state: 'released', texts: { en: 'Out.' }, deliveries: [delivered] } as unknown as DeskUpdate
const waiting = { ...released, id: 'u2', state: 'awaiting_approval', deliveries: [queued] } as DeskUpdate

describe('the outbox', () => {
  const root = document.createElement('div')
  afterEach(() => render(null, root))

  function outbox(updates: DeskUpdate[], isKnown = true): HTMLElement {
    const tablet = {
      store: { isKnown: signal(isKnown), updates: signal(updates), event: signal({ state: 'live', delay_s: 5 }), channelById: signal(new Map()) },
      steps: signal([]),
      rights: signal(new Set()),
      writing: { lang: signal('en') },
    } as unknown as Tablet
    render(<Outbox tablet={tablet} />, root)
    return root
  }
  const said = (updates: DeskUpdate[]): string => outbox(updates).querySelector('.ph')!.textContent

  it('says that all is delivered when it is', () => {
    expect(said([released])).toContain('All delivered')
  })

  it('never says so while something waits for approval', () => {
    const words = said([waiting, released])
    expect(words).toContain('1 waits for approval')
    expect(words).not.toContain('All delivered')
  })

  it('does not say that nothing has gone out before the server has told, as on a tablet opened without a network', () => {
    expect(outbox([]).textContent).toContain('Nothing has gone out yet.')
    const words = outbox([], false).textContent
    expect(words).toContain('Not known yet')
    expect(words).not.toContain('Nothing has gone out')
  })
})
