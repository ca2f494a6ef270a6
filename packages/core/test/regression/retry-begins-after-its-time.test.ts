import assert from 'node:assert/strict'
import { ResourceRegistry } from '../../src/index.ts'
import { FakeClock, turns } from '../fake-clock.ts'

/** A clock that can go on without its timers: the loop was held up. */
class BlockedClock extends FakeClock {
  blockedMillis: number = 0
  override now(): number {
    return super.now() + this.blockedMillis
  }
}

describe('a cleanup whose back-off was outlived by its time', () => {
  it('has failed, and is not attempted again', async () => {
    const clock = new BlockedClock()
    const registry = new ResourceRegistry({ clock })
    let calls = 0
    const cleanup = async (): Promise<void> => {
      if (++calls === 1) throw new Error('busy')
    }
    const options = {
      kind: 'k',
      name: 'n',
      cleanup,
      retry: { idempotent: true },
      timeoutMillis: 5_000,
    } as const
    const released = assert.rejects(registry.track(1, options).release(), {
      code: 'ERR_CLEANUP_FAILED',
      message: /failed: Error: busy/,
    })
    await turns()
    clock.blockedMillis = 5_000
    await clock.advance(1_000)
    await released
    assert.equal(calls, 1)
  })
})
