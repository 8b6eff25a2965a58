import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Entry } from '../shared/outbox.ts'
import { FakeDisk, FakeKeyRange } from './fake-disk.ts'
import { Shelf } from './shelf.ts'

const entry = (key: string): Omit<Entry, 'seq'> => ({ key, event_id: 'e1', person_id: 'p1', text: key, undo: false }) as unknown as Entry

describe('the shelf', () => {
  let disk: FakeDisk

  beforeEach(() => {
    disk = new FakeDisk()
    vi.stubGlobal('indexedDB', disk)
    vi.stubGlobal('IDBKeyRange', FakeKeyRange)
  })
  afterEach(() => vi.unstubAllGlobals())

  it('N5 a store that the browser closed is opened again, and nothing that waits vanishes', async () => {
    const shelf = await Shelf.open()
    await shelf.add(entry('first'))
    disk.dropConnections()
    expect((await shelf.entries()).map((one) => one.key)).toEqual(['first'])
    disk.dropConnections()
    await shelf.add(entry('second'))
    expect([...disk.stores.get('entries')!.keys()]).toEqual(['first', 'second'])
    expect(shelf.keeping.value).toBe('kept')
  })

  it('N5 what waits stays on the screen where the store cannot be read any more, and is written when it can', async () => {
    const shelf = await Shelf.open()
    await shelf.add(entry('first'))
    disk.isBroken = true
    disk.dropConnections()
    expect((await shelf.entries()).map((one) => one.key)).toEqual(['first'])
    await shelf.add(entry('second'))
    expect((await shelf.entries()).map((one) => one.key)).toEqual(['first', 'second'])
    expect(shelf.keeping.value).toBe('blocked')
    disk.isBroken = false
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 60_000)
    await shelf.add(entry('third'))
    expect([...disk.stores.get('entries')!.values()].map((one) => (one as Entry).key).sort()).toEqual(['first', 'second', 'third'])
    expect(shelf.keeping.value).toBe('kept')
    vi.restoreAllMocks()
  })

  it('a store that another tab wipes is not made again', async () => {
    const shelf = await Shelf.open()
    await shelf.add(entry('first'))
    disk.wipe()
    await shelf.add(entry('second'))
    expect(disk.stores.size).toBe(0)
  })

  it('N5 a photo of what is being written is not swept away because the shelf has not heard of it yet', async () => {
    const shelf = await Shelf.open()
    const picture = new Blob(['pixels'], { type: 'image/jpeg' })
    await shelf.keepPhoto('attached', picture)
    await shelf.keepPhoto('left', picture)
    // The tablet dies before its draft is written here; the browser's quick store has it.
    const again = await Shelf.open()
    await again.sweepPhotos('attached')
    expect(await again.photo('attached')).toBeDefined()
    expect(await again.photo('left')).toBeUndefined()
  })
})
