import assert from 'node:assert/strict'
import { runInNewContext } from 'node:vm'
import { ResourceRegistry, type LeaseListener } from '../../src/index.ts'
import { turns } from '../fake-clock.ts'
import { throwingProxy } from '../throwing-proxy.ts'

describe('a listener whose promise is not of this realm', () => {
  const unhandled: unknown[] = []
  const note = (error: unknown): void => void unhandled.push(error)
  before(() => void process.on('unhandledRejection', note))
  after(() => void process.off('unhandledRejection', note))

  const broken = new Error('broken')
  for (const [what, listener] of Object.entries<LeaseListener>({
    'an async function of another realm': runInNewContext('async () => { throw new Error("theirs") }'),
    // oxlint-disable-next-line unicorn/no-thenable -- that is the point
    'a thenable that rejects': () => ({ then: (_: unknown, no: (e: unknown) => void) => no(broken) }),
    'a thenable that throws': () => ({
      // oxlint-disable-next-line unicorn/no-thenable -- that is the point
      then() {
        throw broken
      },
    }),
    'a Proxy that throws at every look': () => throwingProxy(),
  })) {
    it(`is counted when it rejects: ${what}`, async () => {
      const registry = new ResourceRegistry()
      registry.on('release', listener)
      await registry.track(1, { kind: 'k', name: 'n', cleanup() {} }).release()
      await turns()
      assert.equal(registry.stats().listenerErrors, 1)
      assert.deepEqual(unhandled, [])
    })
  }
})
