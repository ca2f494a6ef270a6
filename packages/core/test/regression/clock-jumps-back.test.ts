import assert from 'node:assert/strict'
import { DeadlineQueue } from '../../src/index.ts'
import { turns } from '../fake-clock.ts'

describe('a deadline that lies further ahead than a timer can wait', () => {
  it('has a timer that can', async () => {
    const waits: number[] = []
    let now = 2 ** 31 + 10
    const queue = new DeadlineQueue({
      now: () => now,
      setTimeout: (_, millis) => waits.push(millis),
      clearTimeout: () => {},
    })
    const deadline = { dueAt: 0, heapIndex: -1, due: () => {} }
    queue.add(deadline, now + 100)
    now = 0
    await turns()
    assert.deepEqual(waits, [2 ** 31 - 1])
    queue.remove(deadline)
  })
})
