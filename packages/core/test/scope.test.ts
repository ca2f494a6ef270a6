import assert from 'node:assert/strict'
import { CleanupError, ResourceRegistry, withScope, type Lease, type LeaseScope } from '../src/index.ts'
import { openScopes } from '../src/registry-internals.ts'
import { FakeClock, turns } from './fake-clock.ts'

interface Suppressed extends Error {
  readonly error: unknown
  readonly suppressed: unknown
}

describe('a scope', () => {
  let clock: FakeClock
  let registry: ResourceRegistry
  let order: string[]

  beforeEach(() => {
    clock = new FakeClock()
    registry = new ResourceRegistry({ clock, cleanupTimeoutMillis: 1_000, cleanupGraceMillis: 100 })
    order = []
  })

  const inScope = <R>(fn: (scope: LeaseScope) => Promise<R> | R): Promise<R> => withScope(fn, { registry })
  const take = (scope: LeaseScope, name: string, cleanup: () => unknown = () => {}): Lease<string> =>
    scope.track(name, {
      kind: 'k',
      name,
      cleanup: value => {
        order.push(value)
        return cleanup()
      },
    })
  const broken = (what: string) => (): never => {
    throw new Error(what)
  }

  it('returns what its body returns, once everything is released, last in, first out', async () => {
    const result = await inScope(async scope => {
      take(scope, 'a', async () => turns(2))
      scope.defer(() => order.push('deferred'))
      take(scope, 'b', async () => turns(2))
      return 42
    })
    assert.equal(result, 42)
    assert.deepEqual(order, ['b', 'deferred', 'a'])
    assert.equal(registry.stats().outcomes.success, 3)
  })

  it('calls a function that is deferred for ever without its ever being overdue', async () => {
    await inScope(async scope => {
      scope.defer(() => {}, { leakThresholdMillis: false })
      scope.defer(() => {}, { leakThresholdMillis: 10 })
      await clock.advance(100_000)
      assert.equal(registry.stats().overdue, 1)
    })
  })

  it('takes a synchronous body', async () => {
    assert.equal(await inScope(scope => take(scope, 'a').value), 'a')
    assert.deepEqual(order, ['a'])
  })

  it('time-limits each: a hung cleanup keeps none of the others', async () => {
    const ended = inScope(scope => {
      take(scope, 'a')
      take(scope, 'hung', () => new Promise(() => {}))
      take(scope, 'c')
    }).catch((error: unknown) => error)
    await clock.advance(1_000)
    const error = await ended
    assert.ok(error instanceof CleanupError)
    assert.equal(error.code, 'ERR_CLEANUP_TIMEOUT')
    assert.deepEqual(order, ['c', 'hung', 'a'])
  })

  it('throws what its body threw', async () => {
    const own = new Error('own')
    await assert.rejects(
      inScope(scope => {
        take(scope, 'a')
        throw own
      }),
      error => error === own,
    )
    assert.deepEqual(order, ['a'])
  })

  it('joins the body’s error and the cleanup’s', async () => {
    const own = new Error('own')
    const error = (await inScope(scope => {
      take(scope, 'a', broken('a'))
      throw own
    }).catch((thrown: unknown) => thrown)) as Suppressed
    assert.equal(error.name, 'SuppressedError')
    assert.ok(error instanceof Error)
    assert.equal(error.suppressed, own)
    assert.equal((error.error as CleanupError).code, 'ERR_CLEANUP_FAILED')
  })

  it('throws one cleanup’s error as it is, and several together', async () => {
    await assert.rejects(
      inScope(scope => void take(scope, 'a', broken('a'))),
      { name: 'CleanupError', leaseName: 'a' },
    )
    const error = await inScope(scope => {
      take(scope, 'a', broken('a'))
      take(scope, 'b')
      take(scope, 'c', broken('c'))
    }).catch((thrown: unknown) => thrown)
    assert.ok(error instanceof AggregateError)
    assert.equal(error.message, '2 cleanups of the scope failed')
    assert.deepEqual(
      error.errors.map((each: CleanupError) => each.leaseName),
      ['c', 'a'],
    )
  })

  it('lets a lease be released early: no double release, and a failure is told to who released', async () => {
    await inScope(async scope => {
      await take(scope, 'a').release()
      await assert.rejects(take(scope, 'b', broken('b')).release())
    })
    assert.deepEqual(order, ['a', 'b'])
    assert.equal(registry.stats().doubleReleases, 0)
  })

  it('lets the owner release after it did', async () => {
    const lease = await inScope(scope => take(scope, 'a'))
    await lease.release()
    assert.equal(registry.stats().doubleReleases, 0)
    await lease.release()
    assert.equal(registry.stats().doubleReleases, 1)
  })

  it('takes over leases from elsewhere', async () => {
    const lease = registry.track(1, { kind: 'k', name: 'elsewhere', cleanup: () => order.push('elsewhere') })
    await inScope(scope => {
      take(scope, 'a')
      assert.equal(scope.add(lease), lease)
    })
    assert.deepEqual(order, ['elsewhere', 'a'])
    assert.equal(lease.state, 'released')
  })

  it('refuses everything after its end, and takes nothing over', async () => {
    const scope = await inScope(open => open)
    const lease = registry.track(1, { kind: 'k', name: 'n', cleanup: () => {} })
    const acquired = registry.stats().acquired
    for (const late of [() => take(scope, 'late'), () => scope.add(lease), () => scope.defer(() => {})]) {
      assert.throws(late, { code: 'ERR_SCOPE_CLOSED' })
    }
    assert.equal(lease.state, 'live')
    assert.equal(registry.stats().acquired, acquired)
  })

  it('does not collect what was released early', async () => {
    await inScope(async scope => {
      const [stack] = openScopes(registry)
      let most = 0
      for (let i = 0; i < 100_000; i++) {
        void take(scope, 'short').release()
        if (i % 1_000 === 0) most = Math.max(most, [...stack!].length)
      }
      assert.ok([...stack!].length <= 64 && most <= 64, `${most} are kept`)
      order.length = 0
      take(scope, 'last')
      await turns()
    })
    assert.deepEqual(order, ['last'])
  })

  it('keeps its order under a drain, and goes on after it', async () => {
    let leave!: () => void
    const body = new Promise<void>(resolve => (leave = resolve))
    const ended = inScope(async scope => {
      take(scope, 'a', async () => turns(1))
      take(scope, 'b', async () => turns(1))
      await body
      take(scope, 'later')
    })
    const report = await registry.drain()
    assert.equal(report.clean, true)
    assert.deepEqual(order, ['b', 'a'])
    leave()
    await ended
    assert.deepEqual(order, ['b', 'a', 'later'])
  })

  it('nests', async () => {
    await inScope(async outer => {
      take(outer, 'outer')
      await inScope(inner => void take(inner, 'inner'))
      order.push('between')
    })
    assert.deepEqual(order, ['inner', 'between', 'outer'])
  })
})
