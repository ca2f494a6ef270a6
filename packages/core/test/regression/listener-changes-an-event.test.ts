import assert from 'node:assert/strict'
import { ResourceRegistry } from '../../src/index.ts'

describe('a listener that changes what it was told', () => {
  it('changes nothing for the next, nor for a drain', async () => {
    const registry = new ResourceRegistry()
    registry.on('cleanup', event => Object.assign(event, { outcome: 'bad', error: undefined }))
    registry.track(1, { kind: 'k', name: 'n', cleanup: () => Promise.reject(new Error('broken')) })
    const { clean, outcomes } = await registry.drain()
    assert.deepEqual(
      { clean, outcomes },
      { clean: false, outcomes: { success: 0, failure: 1, timeout: 0, abandoned: 0, forced: 0 } },
    )
    assert.equal(registry.stats().listenerErrors, 1)
  })
})
