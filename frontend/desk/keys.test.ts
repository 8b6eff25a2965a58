import { signal } from '@preact/signals'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Desk } from './desk.ts'
import { listenToKeys, setLetters } from './keys.tsx'

let done: string[]
const state = { asking: signal<string | undefined>(undefined), choosing: signal(undefined) }
const desk = {
  stopping: { choosing: state.choosing },
  asking: state.asking,
  store: { event: signal({ state: 'live', sending: 'open', langs: ['en', 'it'] }), counting: signal([{ id: 'soonest' }]) },
  writing: { lang: signal('en') },
  replies: signal([{ id: 'r1' }]),
  replyAt: signal('r1'),
  may: () => true,
  ask: (what: string) => (state.asking.value = what),
  send: () => done.push('send'),
  undo: (update: { id: string }) => done.push(`undo ${update.id}`),
  moveReply: (by: number) => done.push(`move ${by}`),
  decide: (reply: { id: string }, what: string) => done.push(`${what} ${reply.id}`),
} as unknown as Desk
listenToKeys(desk)

const press = (key: string, more: KeyboardEventInit = {}, target: EventTarget = document.body) =>
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))

describe('the desk’s keys', () => {
  const input = document.createElement('textarea')
  beforeEach(() => {
    done = []
    state.asking.value = undefined
    setLetters(true)
    document.body.append(input)
  })

  it('let a reply through or keep it back with one key', () => {
    press('s')
    press('H')
    press('j')
    press('u')
    expect(done).toEqual(['show r1', 'hide r1', 'move 1', 'undo soonest'])
  })

  it('are silent while somebody types, in a dialog, with a modifier, and when switched off', () => {
    press('s', {}, input)
    press('s', { ctrlKey: true })
    state.asking.value = 'end'
    press('s')
    state.asking.value = undefined
    setLetters(false)
    press('s')
    expect(done).toEqual([])
  })

  it('do nothing behind a dialog of any kind, neither let a reply through nor send what stands there', () => {
    const dialog = document.createElement('section')
    dialog.setAttribute('aria-modal', 'true')
    document.body.append(dialog)
    for (const key of ['s', 'u', 'd']) press(key, {}, dialog)
    press('Enter', { ctrlKey: true }, dialog)
    dialog.remove()
    expect(done).toEqual([])
    press('s')
    expect(done).toEqual(['show r1'])
  })

  it('send with Ctrl and Enter, from the text too', () => {
    press('Enter', { ctrlKey: true }, input)
    expect(done).toEqual(['send'])
  })

  it('ask to stop after Escape three times, from the text and with letters off', () => {
    setLetters(false)
    press('Escape', {}, input)
    press('Escape', {}, input)
    expect(state.asking.value).toBeUndefined()
    press('Escape', {}, input)
    expect(state.asking.value).toBe('stop')
  })
})
