import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { ResourceRegistry, type Lease } from '../src/index.ts'
import { FakeClock, turns } from './fake-clock.ts'

describe('background cleanups', () => {
  const background = (registry: ResourceRegistry, cleanup: () => unknown): Lease<number> =>
    registry.track(1, { kind: 'k', name: 'n', strategy: 'background', cleanup })

  it('run in their order, so many at once', async () => {
    const registry = new ResourceRegistry({ backgroundConcurrency: 3 })
    const order: number[] = []
    let running = 0
    let most = 0
    for (let i = 0; i < 50; i++) {
      const cleanup = async (): Promise<void> => {
        order.push(i)
        most = Math.max(most, ++running)
        await turns(1)
        running--
      }
      await background(registry, cleanup).release()
    }
    assert.equal(order.length, 0, 'not before the releaser goes on')
    await registry.drain()
    assert.deepEqual(
      order,
      Array.from({ length: 50 }, (_, i) => i),
    )
    assert.equal(most, 3)
  })

  it('that end at once do not deepen the stack, nor hold the loop', async () => {
    const registry = new ResourceRegistry()
    let deepest = 0
    const cleanup = (): void => {
      const { stack = '' } = new Error()
      deepest = Math.max(deepest, stack.split('\n').length)
    }
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = 200
    for (let i = 0; i < 10_000; i++) void background(registry, cleanup).release()
    let taken = 0
    while (registry.stats().releasing > 0) {
      await turns(1)
      taken++
    }
    Error.stackTraceLimit = limit
    assert.ok(deepest < 40, `${deepest} frames`)
    assert.ok(taken >= 10_000 / 256, `${taken} turns`)
    assert.equal(registry.stats().outcomes.success, 10_000)
  })

  it('do not see the request that asked for them', async () => {
    const registry = new ResourceRegistry()
    const request = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    request.run('a request', () => void background(registry, () => seen.push(request.getStore())).release())
    await registry.drain()
    assert.deepEqual(seen, [undefined])
  })

  it('forced by a drain while they wait are not started', async () => {
    const clock = new FakeClock()
    const registry = new ResourceRegistry({ clock, backgroundConcurrency: 1 })
    let started = 0
    const options = { kind: 'k', name: 'n', strategy: 'background', force: () => {} } as const
    const hang = (): Promise<void> => {
      started++
      return new Promise(() => {})
    }
    for (let i = 0; i < 3; i++) void registry.track(1, { ...options, cleanup: hang }).release()
    const draining = registry.drain({ timeoutMillis: 100, force: true })
    await clock.advance(100)
    assert.equal((await draining).outcomes.forced, 3)
    await clock.advance(10_000)
    assert.equal(started, 1)
  })
})
