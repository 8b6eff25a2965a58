import { describe, expect, it } from 'vitest'
import type { DeskReply } from '../shared/wire.ts'
import { toAnswer } from './questions.tsx'

const reply = (id: string, text: string, part: Partial<DeskReply> = {}): DeskReply =>
  ({ id, text, state: 'shown', labels: [], answered_by_update_id: null, ...part }) as DeskReply
const ids = (found: DeskReply[]) => found.map((one) => one.id)
const NONE = new Set<string>()

describe('questions to answer', () => {
  it('are what the desk chose to show and nobody has answered', () => {
    const all = [reply('a', 'Why?'), reply('b', 'Why?', { state: 'new' }), reply('c', 'Why?', { state: 'hidden' }), reply('d', 'Why?', { answered_by_update_id: 'u' })]
    expect(ids(toAnswer(all, NONE, []))).toEqual(['a'])
  })

  it('come with those that ask first, the older before the newer, in any script', () => {
    const all = [reply('3', 'Thanks.'), reply('2', 'Is the surgeon in the room?'), reply('4', 'هل الجراح هنا؟'), reply('1', 'Good luck.')]
    expect(ids(toAnswer(all, NONE, []))).toEqual(['2', '4', '1', '3'])
  })

  it('come after who asks for help', () => {
    expect(ids(toAnswer([reply('1', 'Why?'), reply('2', 'My father fell down', { labels: ['help'] })], NONE, []))).toEqual(['2', '1'])
  })

  it('put off come last, in the order they were put off, and one that waits here is not offered twice', () => {
    const all = [reply('1', 'A?'), reply('2', 'B?'), reply('3', 'C?'), reply('4', 'D?')]
    expect(ids(toAnswer(all, new Set(['4']), ['2', '1']))).toEqual(['3', '2', '1'])
  })
})
