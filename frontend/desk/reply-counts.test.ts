import { computed, signal } from '@preact/signals'
import { describe, expect, it } from 'vitest'
import type { DeskStore } from '../shared/desk-state.ts'
import type { DeskReply } from '../shared/wire.ts'
import { ReplyCounts } from './reply-counts.ts'

const reply = (n: number): DeskReply => ({
  id: String(n).padStart(6, '0'), version: 1, state: 'new', text: `reply ${n}`, lang: null,
  author: { name: '', handle: '', url: '', channel: 'x' }, number: null, url: '', update_id: null, labels: [], guard: {},
  claimed_by: null, answered_by_update_id: null, at: '2026-11-22T03:00:00Z', received_at: '2026-11-22T03:00:00Z', edited_at: null,
})
const newestFirst = (n: number) => Array.from({ length: n }, (_, index) => reply(n - index))

function desk(n: number) {
  const replies = signal(newestFirst(n))
  const cutAt = signal('')
  const letGo = signal(0)
  const begun = n
  const came = computed(() => replies.value.length + letGo.value - begun)
  const forgotten: string[] = []
  const store = { replies, cutAt, came, letGo, keeps: (_: DeskReply) => false, forgetReplies: (before: string) => void forgotten.push(before) }
  const counts = new ReplyCounts(store as unknown as DeskStore, 'e1')
  counts.follow()
  return { replies, counts, cutAt, letGo, store, forgotten }
}

describe('ReplyCounts', () => {
  it('lists what was there, and a few that come, by itself', () => {
    const { replies, counts } = desk(100)
    expect([counts.listed.value.length, counts.unseen.value]).toEqual([100, 0])
    replies.value = newestFirst(105)
    expect([counts.listed.value.length, counts.unseen.value]).toEqual([105, 0])
  })

  it('keeps the list still in a flood, and lets all of it in when asked', () => {
    const { replies, counts } = desk(100)
    for (let n = 140; n <= 1_100; n += 40) replies.value = newestFirst(n)
    expect([counts.listed.value.length, counts.unseen.value]).toEqual([100, 1_000])
    expect(counts.listed.value[0]?.text).toBe('reply 100')
    counts.showNew()
    expect([counts.listed.value.length, counts.unseen.value]).toEqual([1_100, 0])
  })

  it('counts what the server has beyond what is here, and never less than what is here', () => {
    const { counts } = desk(10)
    expect([counts.undecided.value, counts.all.value]).toEqual([10, 10])
    counts.counts.value = { new: 500, shown: 20, hidden: 3, removed: 0, waiting: 40, asking: 0 }
    expect([counts.undecided.value, counts.all.value]).toEqual([540, 563])
    counts.counts.value = { new: 2, shown: 0, hidden: 0, removed: 0, waiting: 0, asking: 0 }
    expect([counts.undecided.value, counts.all.value]).toEqual([10, 10])
  })

  it('keeps what is drawn while a flood lets its like go, counts all of it as unseen, and begins anew when asked', () => {
    const { replies, counts, cutAt, letGo, store, forgotten } = desk(100)
    const drawn = counts.listed.value.slice(0, counts.drawn.value)
    expect(replies.value.filter((one) => store.keeps(one))).toEqual(drawn)
    replies.value = [...newestFirst(2_000).slice(0, 400), ...drawn]
    cutAt.value = reply(1_600).id
    letGo.value = 1_540
    expect(counts.listed.value).toEqual(drawn)
    expect([counts.all.value, counts.unseen.value]).toEqual([2_000, 2_000 - drawn.length])
    counts.showNew()
    expect(forgotten).toEqual([reply(1_600).id])
    expect(counts.listed.value[0]?.text).toBe('reply 2000')
  })

  it('puts who asks for help before all others, the longest waiting first, and in a flood behind no number', () => {
    const { replies, counts } = desk(100)
    const plea = (n: number): DeskReply => ({ ...reply(n), labels: ['help'] })
    const those = (n: number, ...pleas: number[]) => newestFirst(n).map((one, index) => (pleas.includes(n - index) ? plea(n - index) : one))
    replies.value = those(100, 7)
    expect(counts.listed.value.slice(0, 2).map(({ id }) => id)).toEqual([reply(7).id, reply(100).id])
    for (let n = 140; n <= 1_100; n += 40) replies.value = those(n, 7, 135)
    expect(counts.listed.value.slice(0, 3).map(({ id }) => id)).toEqual([reply(7).id, reply(135).id, reply(100).id])
    expect([counts.listed.value.length, counts.unseen.value]).toEqual([101, 999])
    replies.value = those(1_100, 7, 135).map((one) => (one.labels.length ? { ...one, state: 'hidden' } : one))
    expect(counts.listed.value[0]?.id).toBe(reply(100).id)
    replies.value = those(1_100, 7).map((one) => (one.labels.length ? { ...one, answered_by_update_id: 'u1' } : one))
    expect(counts.listed.value[0]?.id).toBe(reply(100).id)
  })
})
