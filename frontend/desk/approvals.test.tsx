import { signal } from '@preact/signals'
import { render } from 'preact'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Acting } from '../shared/acting.ts'
import type { Approval } from '../shared/second-opinions.ts'
import { ApprovalDialog, Approvals, Waiting } from './approvals.tsx'
import type { Desk } from './desk.ts'

const PATIENCE = { timeout: 10_000 }
const share = (adapter: string, name: string) => ({ channel_id: adapter, adapter, name, act: 'post', parts: [`${name} says it.`], people: null, reach: 'all', seconds: 1, cost: null })
const of = (over: Partial<Approval> = {}) =>
  ({
    update_id: 'u1', event_id: 'e1', kind: 'update', state: 'awaiting_approval', version: 3, revision: 1, needs: 'approver', author_name: 'Marta',
    texts: { en: 'Leave by the North Gate.' }, channel_texts: { twilio: { en: 'NORTH GATE' } }, blanks: { place: 'the lobby' }, correction: { en: 'Stay.' }, pictures: [],
    channels: [share('x', 'X'), share('twilio', 'SMS')], changed: {}, compared_with: '',
    confirmation: { sentence: '', button: 'Alert', people: 0, seconds: 0, cost: null },
    guard: {}, spans: [], little_known: [], decisions: [], waits_since: null, alone_from: null, review_due: false, yours: 'own', ...over,
  }) as Approval

describe('other words for what waits', () => {
  const root = document.createElement('div')
  const sent: Record<string, unknown>[] = []
  let acting: Acting
  let listed: Approval[] = []
  beforeEach(() => {
    sent.length = 0
    document.body.append(root)
    vi.stubGlobal('fetch', (address: string, init: RequestInit = {}) => {
      if (!address.includes('/rewrite')) return Promise.resolve(Response.json(address.includes('/approvals') ? listed : []))
      const body = JSON.parse(String(init.body)) as Record<string, unknown>
      sent.push(body)
      const asks = { status: 403, code: 'guard_asks', title: 'Forbidden', detail: 'Look again.' }
      return Promise.resolve(body['confirmed'] ? Response.json(of({ version: 4 })) : Response.json(asks, { status: 403 }))
    })
  })
  afterEach(() => {
    render(null, root)
    vi.unstubAllGlobals()
  })

  function desk(rights: string[]): Desk {
    acting = new Acting(false)
    const made = {
      acting,
      config: { event_id: 'e1', drill: false },
      store: { event: signal({ kind: 'crisis', place: '', policy: {} }), channels: signal([]), updates: signal([]), replies: signal([]) },
      may: (right: string) => rights.includes(right),
      detail: signal(undefined),
      session: { person: { id: 'a' } },
    } as unknown as Desk
    Object.assign(made, { approvals: new Approvals(made) })
    return made
  }
  const button = (words: string) => [...root.querySelectorAll('button')].find((one) => one.textContent?.trim() === words)!

  it("keep a channel's own words, which can be changed there, and are asked about as any writer's are", { timeout: 20_000 }, async () => {
    const at = desk(['update.submit'])
    at.approvals.reading.value = of()
    at.approvals.list.value = listed = [of()]
    render(<ApprovalDialog desk={at} />, root)
    await vi.waitFor(() => expect(button('Change the words')).toBeTruthy(), PATIENCE)
    button('Change the words').click()
    await vi.waitFor(() => expect(root.querySelectorAll('textarea')).toHaveLength(2), PATIENCE)
    const [said, own] = [...root.querySelectorAll('textarea')] as [HTMLTextAreaElement, HTMLTextAreaElement]
    expect([own.value, own.closest('label')!.textContent]).toEqual(['NORTH GATE', expect.stringContaining('SMS (EN)')])
    said.value = 'Leave by the South Gate.'
    said.dispatchEvent(new Event('input', { bubbles: true }))
    own.value = 'SOUTH GATE'
    own.dispatchEvent(new Event('input', { bubbles: true }))
    root.querySelector<HTMLButtonElement>('.ft .btn-p')!.click()
    await vi.waitFor(() => expect(acting.trouble.value?.asks).toBe(true), PATIENCE)
    acting.trouble.value!.again!()
    await vi.waitFor(() => expect(sent).toHaveLength(2), PATIENCE)
    expect(sent.map((one) => one['confirmed'])).toEqual([false, true])
    expect(sent[1]).toMatchObject({ version: 3, texts: { en: 'Leave by the South Gate.' }, channel_texts: { twilio: { en: 'SOUTH GATE' } }, correction: { en: 'Stay.' } })
  })

  it('are read knowing that they may be out already, where a backup was restored', { timeout: 20_000 }, async () => {
    const at = desk(['update.decide'])
    const restored = { reason: 'restored', why: 'It was waiting when a backup was restored.', next_step: 'Look whether it is out, then decide.' }
    const ordinary = { reason: 'waits_for_release', why: 'It is still counting down.', next_step: '' }
    const updates = signal([{ id: 'u1', deliveries: [ordinary, restored] }])
    Object.assign(at.store, { updates })
    at.approvals.list.value = listed = [of({ yours: '' })]
    render(<Waiting desk={at} />, root)
    expect(root.textContent).toContain(`${restored.why} ${restored.next_step}`)
    at.approvals.reading.value = of({ yours: '' })
    render(<ApprovalDialog desk={at} />, root)
    await vi.waitFor(() => expect(root.textContent).toContain(`${restored.why} ${restored.next_step}`), PATIENCE)
    updates.value = [{ id: 'u1', deliveries: [ordinary] }]
    await vi.waitFor(() => expect(root.textContent).not.toContain('backup'), PATIENCE)
  })

  it('are read knowing which of them the privacy check knows little of', { timeout: 20_000 }, async () => {
    const at = desk(['update.decide'])
    at.approvals.list.value = listed = [of({ yours: '', little_known: ['ar'] })]
    at.approvals.reading.value = listed[0]
    render(<ApprovalDialog desk={at} />, root)
    await vi.waitFor(() => expect(root.textContent).toMatch(/The privacy check knows little of this language\..*AR text/), PATIENCE)
  })

  it('are looked at afterwards as every channel said them, when one person sent them alone', { timeout: 20_000 }, async () => {
    const at = desk(['update.decide'])
    at.approvals.list.value = listed = [of({ state: 'released', review_due: true, yours: '' })]
    render(<Waiting desk={at} />, root)
    expect(root.textContent).not.toContain('SMS says it.')
    await vi.waitFor(() => expect(root.querySelector('.btn-s')).toBeTruthy(), PATIENCE)
    root.querySelector<HTMLButtonElement>('.btn-s')!.click()
    await vi.waitFor(() => expect(root.textContent).toContain('SMS says it.'), PATIENCE)
    expect(root.textContent).toContain('A template; its writer filled in: the lobby')
  })
})
