import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { ResourceRegistry } from '../../src/index.ts'
import { FakeClock } from '../fake-clock.ts'

describe('a cleanup that is retried', () => {
  for (const [how, fail] of Object.entries({
    rejected: () => Promise.reject(new Error('busy')),
    threw: () => {
      throw new Error('busy')
    },
  })) {
    it(`keeps the async context of its release, after an attempt that ${how}`, async () => {
      const clock = new FakeClock()
      const registry = new ResourceRegistry({ clock })
      const request = new AsyncLocalStorage<string>()
      const seen: (string | undefined)[] = []
      const lease = registry.track(1, {
        kind: 'k',
        name: 'n',
        retry: { idempotent: true },
        cleanup: () => {
          seen.push(request.getStore())
          return seen.length < 3 ? fail() : undefined
        },
      })
      const released = request.run('mine', () => lease.release())
      // Another request's timer may be the one that fires.
      await request.run('theirs', () => clock.advance(1_000))
      await released
      assert.deepEqual(seen, ['mine', 'mine', 'mine'])
    })
  }
})
