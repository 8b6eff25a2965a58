import { expect, it } from 'vitest'
import { reachByChannel } from './delivery.ts'
import type { DeskDelivery, DeskUpdate } from './wire.ts'

it('whoever puts something right reads whom the wrong words reached, and where they never went', () => {
  const one = (channel_id: string, state: DeskDelivery['state'], counts: Record<string, number> = {}) => ({ channel_id, state, counts, parts: 1, parts_sent: 0 }) as DeskDelivery
  const update = { deliveries: [one('SMS', 'sent', { people: 6, delivered: 3, sent: 1, rejected: 2 }), one('X', 'sent'), one('Facebook', 'withdrawn')] } as unknown as DeskUpdate
  expect(reachByChannel(update, (id) => id)).toBe('SMS: 3 delivered, 1 sent. X: Sent. Facebook: Taken back in time.')
})
