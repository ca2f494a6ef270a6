import assert from 'node:assert/strict'
import { ResourceRegistry } from '@leasehold/core'
import { Ending } from '../src/ending.ts'

describe('Ending', () => {
  it('counts what the drain cleaned up, and apart from it what failed', async () => {
    const registry = new ResourceRegistry()
    registry.track({}, { kind: 'k', name: 'n', cleanup: () => Promise.reject(new Error('broken')) })
    registry.track({}, { kind: 'k', name: 'n', cleanup: () => undefined })
    await registry.track({}, { kind: 'k', name: 'n', cleanup: () => undefined }).release()
    const { acquired, cleaned, failed, stillOpen, cleanedByDrain } = await new Ending(registry).drain()
    assert.deepEqual(
      { acquired, cleaned, failed, stillOpen, cleanedByDrain },
      { acquired: 3, cleaned: 2, failed: 1, stillOpen: 0, cleanedByDrain: 1 },
    )
  })
})
