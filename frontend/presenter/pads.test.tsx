import { signal } from '@preact/signals'
import { render } from 'preact'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Pads, STOP_MS } from './pads.tsx'
import type { Tablet } from './tablet.ts'

describe('the STOP pad', () => {
  const root = document.createElement('div')
  let stopped = 0
  beforeEach(() => {
    stopped = 0
    vi.useFakeTimers()
    document.body.append(root)
    const tablet = {
      store: { event: signal({ state: 'live', sending: 'open' }) },
      stopping: { stop: () => stopped++, hold: () => undefined },
    } as unknown as Tablet
    render(<Pads tablet={tablet} />, root)
  })
  afterEach(() => {
    render(null, root)
    vi.useRealTimers()
  })
  const pad = () => root.querySelector<HTMLButtonElement>('.pad-s')!
  const touch = (type: string) => pad().dispatchEvent(new PointerEvent(type, { bubbles: true, isPrimary: true, pointerId: 1 }))

  it('stops after two seconds of pressing, once', () => {
    pad().setPointerCapture = () => undefined
    touch('pointerdown')
    vi.advanceTimersByTime(STOP_MS - 1)
    expect(stopped).toBe(0)
    vi.advanceTimersByTime(1)
    expect(stopped).toBe(1)
    vi.advanceTimersByTime(STOP_MS * 3)
    expect(stopped).toBe(1)
  })

  it('does nothing when let go a moment too early', () => {
    pad().setPointerCapture = () => undefined
    touch('pointerdown')
    vi.advanceTimersByTime(STOP_MS - 10)
    touch('pointerup')
    vi.advanceTimersByTime(STOP_MS)
    expect(stopped).toBe(0)
  })

  it('can be pressed with a key, and let go by leaving it', () => {
    pad().dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
    vi.advanceTimersByTime(STOP_MS / 2)
    pad().dispatchEvent(new FocusEvent('blur'))
    vi.advanceTimersByTime(STOP_MS)
    expect(stopped).toBe(0)
    pad().dispatchEvent(new KeyboardEvent('keydown', { key: ' ', bubbles: true }))
    vi.advanceTimersByTime(STOP_MS)
    expect(stopped).toBe(1)
  })
})
