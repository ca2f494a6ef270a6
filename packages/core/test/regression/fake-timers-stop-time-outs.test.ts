import assert from 'node:assert/strict'
import { useFakeTimers } from 'sinon'
import { processClock, ResourceRegistry } from '../../src/index.ts'

describe('fake timers of the program', () => {
  it('do not stop the clock of cleanups', async () => {
    const fake = useFakeTimers()
    try {
      assert.notEqual(processClock.now(), 0, 'the fake starts at 0')
      const registry = new ResourceRegistry({ cleanupTimeoutMillis: 5 })
      const lease = registry.track(1, { kind: 'k', name: 'n', cleanup: () => new Promise(() => {}) })
      await assert.rejects(lease.release(), { code: 'ERR_CLEANUP_TIMEOUT' })
    } finally {
      fake.restore()
    }
  })
})
