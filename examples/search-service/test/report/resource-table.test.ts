import assert from 'node:assert/strict'
import { ResourceRegistry } from '@leasehold/core'
import { resourceRows } from '../../src/report/resource-table.ts'

describe('resourceRows', () => {
  it('sums the names of a kind and takes the success rate of the cleanups that ended', async () => {
    const registry = new ResourceRegistry()
    const take = (kind: string, name: string, fails = false): Promise<void> =>
      registry
        .track(0, {
          kind,
          name,
          cleanup: () => {
            if (fails) throw new Error('refused')
          },
        })
        .release()
        .catch(() => undefined)
    await take('file.handle', 'a')
    await take('file.handle', 'b')
    await take('file.handle', 'b', true)
    registry.track(0, { kind: 'http.server', name: 'x', cleanup: () => undefined })
    assert.deepEqual(resourceRows(registry.stats()), [
      { kind: 'file.handle', acquired: 3, live: 0, cleaned: 2, failed: 1, successPercent: 200 / 3 },
      { kind: 'http.server', acquired: 1, live: 1, cleaned: 0, failed: 0, successPercent: undefined },
    ])
  })
})
