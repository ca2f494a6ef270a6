import assert from 'node:assert/strict'
import { ResourceRegistry } from '../../src/index.ts'
import { FakeClock, turns } from '../fake-clock.ts'

describe('a force that is async, and rejects', () => {
  let unhandled: unknown[]
  const onUnhandled = (reason: unknown): void => void unhandled.push(reason)
  let others: NodeJS.UnhandledRejectionListener[]
  beforeEach(() => {
    unhandled = []
    others = process.listeners('unhandledRejection')
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', onUnhandled)
  })
  afterEach(() => {
    process.off('unhandledRejection', onUnhandled)
    for (const other of others) process.on('unhandledRejection', other)
  })
  const force: () => unknown = () => Promise.reject(new Error('broken'))

  it('is no unhandled rejection where force is the strategy', async () => {
    const registry = new ResourceRegistry()
    const options = { kind: 'k', name: 'n', cleanup() {}, strategy: 'forced', force } as const
    await registry.track(1, options).release()
    await turns()
    assert.deepEqual(unhandled, [])
    assert.equal(registry.stats().outcomes.forced, 1)
  })

  it('is none after a time-out', async () => {
    const clock = new FakeClock()
    const registry = new ResourceRegistry({ clock, cleanupTimeoutMillis: 10, cleanupGraceMillis: 10 })
    void registry.track(1, { kind: 'k', name: 'n', cleanup: () => new Promise(() => {}), force }).release()
    await clock.advance(20)
    assert.deepEqual(unhandled, [])
    assert.equal(registry.stats().outcomes.timeout, 1)
  })
})
