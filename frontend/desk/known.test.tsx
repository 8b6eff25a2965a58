import { signal } from '@preact/signals'
import { render, type ComponentChild } from 'preact'
import { afterEach, describe, expect, it } from 'vitest'
import { DeskStore } from '../shared/desk-state.ts'
import type { Timeline } from '../shared/timeline.ts'
import { Board } from './board.tsx'
import { DeliveryPage } from './delivery-page.tsx'
import type { Desk } from './desk.ts'
import { Replies } from './replies.tsx'
import { ReplyCounts } from './reply-counts.ts'
import { Sent } from './sent.tsx'

describe('what the desk says of nothing', () => {
  const root = document.createElement('div')
  afterEach(() => render(null, root))
  const store = new DeskStore()
  const desk = {
    store,
    counts: new ReplyCounts(store, 'e1'),
    replies: signal([]),
    repliesShown: signal('new'),
    acting: { busy: signal(new Set()) },
    may: () => true,
  } as unknown as Desk
  const said = (part: ComponentChild): string => {
    render(null, root)
    render(part, root)
    return root.textContent
  }
  const parts = [<Board desk={desk} />, <Sent desk={desk} />, <DeliveryPage desk={desk} id="" />, <Replies desk={desk} />]
  const claims = /Nothing has|All decided|\b0\b|by themselves/

  it('is that nobody knows, until the stream has told what there is', () => {
    for (const part of parts) {
      expect(said(part)).toContain('Not known yet')
      expect(said(part)).not.toMatch(claims)
    }
    store.timeline.value = { event: undefined, updates: [], replies: [], channels: [] } as unknown as Timeline
    for (const part of parts) expect(said(part)).toMatch(/Nothing has|All decided/)
  })

  it('does not promise new replies while nothing can come', () => {
    store.liveness.value = 'live'
    expect(said(parts[3])).toContain('by themselves')
    store.liveness.value = 'not-live'
    expect(said(parts[3])).not.toContain('by themselves')
  })
})
