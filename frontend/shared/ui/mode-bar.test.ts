import { expect, test } from 'vitest'
import { modeOf } from '../mode.ts'
import { modeWords } from './mode-bar.tsx'

test('an incident that is only practised is never called real', () => {
  const flood = { kind: 'crisis', state: 'live', sending: 'open' } as const
  expect(modeWords(modeOf(flood, true))).toBe('DRILL · INCIDENT')
  expect(modeWords(modeOf(flood, false))).toBe('REAL INCIDENT')
})
