import assert from 'node:assert/strict'
import { ConfigError } from '@leasehold/core'
import { createPool, type PoolOptions } from '../src/index.ts'
import { throwingProxy } from '../../core/test/throwing-proxy.ts'
import { Workshop } from './workshop.ts'

const factory = { create: () => ({}), destroy: () => {} }
const checked = { ...factory, validate: () => true }
const timer = 'a number of milliseconds from 1 to 2147483647'

const make = (options: unknown): unknown => createPool(factory, options as PoolOptions)
const made =
  (more: object): (() => unknown) =>
  () =>
    make({ name: 'orders', ...more })
const of =
  (given: unknown): (() => unknown) =>
  () =>
    createPool(given as never, { name: 'orders' })

/** What is done, and the whole message that comes back. */
const table: readonly (readonly [call: () => unknown, message: string])[] = [
  [() => make(null), 'pool "default": options must be an object, got null'],
  [() => make('orders'), 'pool "default": options must be an object, got "orders"'],
  [() => make([]), 'pool "default": options must be an object, got an array'],
  [() => make({ name: '' }), 'pool: name must be a non-empty string, got ""'],
  [() => make({ name: 7 }), 'pool: name must be a non-empty string, got 7'],
  [made({ maxx: 3 }), 'pool "orders": unknown option "maxx"; did you mean "max"?'],
  [made({ max: -3 }), 'pool "orders": max must be an integer >= 1, got -3'],
  [made({ max: 0 }), 'pool "orders": max must be an integer >= 1, got 0'],
  [made({ max: 1.5 }), 'pool "orders": max must be an integer >= 1, got 1.5'],
  [made({ max: '10' }), 'pool "orders": max must be an integer >= 1, got "10"'],
  [made({ max: Infinity }), 'pool "orders": max must be an integer >= 1, got Infinity'],
  [made({ max: NaN }), 'pool "orders": max must be an integer >= 1, got NaN'],
  [made({ max: null }), 'pool "orders": max must be an integer >= 1, got null'],
  [made({ min: -1 }), 'pool "orders": min must be an integer >= 0, got -1'],
  [made({ min: 4, max: 3 }), 'pool "orders": min must be an integer from 0 to max (3), got 4'],
  [
    made({ maxWaitingClients: -1 }),
    'pool "orders": maxWaitingClients must be an integer >= 0, or Infinity, got -1',
  ],
  [
    made({ maxWaitingClients: true }),
    'pool "orders": maxWaitingClients must be an integer >= 0, or Infinity, got true',
  ],
  [
    made({ acquireTimeoutMillis: 0 }),
    `pool "orders": acquireTimeoutMillis must be ${timer}, or Infinity, got 0`,
  ],
  [
    made({ acquireTimeoutMillis: '1s' }),
    `pool "orders": acquireTimeoutMillis must be ${timer}, or Infinity, got "1s"`,
  ],
  [
    made({ acquireTimeoutMilis: 1 }),
    'pool "orders": unknown option "acquireTimeoutMilis"; did you mean "acquireTimeoutMillis"?',
  ],
  [made({ createTimeoutMillis: 0 }), `pool "orders": createTimeoutMillis must be ${timer}, got 0`],
  [
    made({ createTimeoutMillis: Infinity }),
    `pool "orders": createTimeoutMillis must be ${timer}, got Infinity`,
  ],
  [
    made({ validateTimeoutMillis: 2 ** 31 }),
    `pool "orders": validateTimeoutMillis must be ${timer}, got 2147483648`,
  ],
  [made({ resetTimeoutMillis: -5 }), `pool "orders": resetTimeoutMillis must be ${timer}, got -5`],
  [made({ destroyTimeoutMillis: 1n }), `pool "orders": destroyTimeoutMillis must be ${timer}, got 1n`],
  [
    made({ idleTimeoutMillis: true }),
    `pool "orders": idleTimeoutMillis must be ${timer}, or false, got true`,
  ],
  [made({ idleTimeoutMillis: 0 }), `pool "orders": idleTimeoutMillis must be ${timer}, or false, got 0`],
  [
    made({ maxLifetimeMillis: null }),
    `pool "orders": maxLifetimeMillis must be ${timer}, or false, got null`,
  ],
  [made({ maxUses: 0 }), 'pool "orders": maxUses must be an integer >= 1, or Infinity, got 0'],
  [made({ testOnBorrow: 'yes' }), 'pool "orders": testOnBorrow must be true or false, got "yes"'],
  [
    made({ testOnBorrow: true }),
    'pool "orders": testOnBorrow must be false, as the factory has no validate(), got true',
  ],
  [
    made({ testOnReturn: true }),
    'pool "orders": testOnReturn must be false, as the factory has no validate(), got true',
  ],
  [made({ breaker: true }), 'pool "orders": breaker must be an object, or false, got true'],
  [made({ breaker: null }), 'pool "orders": breaker must be an object, or false, got null'],
  [made({ pressure: true }), 'pool "orders": pressure must be a MemoryPressureMonitor, or false, got true'],
  [made({ breaker: { threshold: 0 } }), 'pool "orders": breaker.threshold must be an integer >= 1, got 0'],
  [
    made({ breaker: { treshold: 3 } }),
    'pool "orders": unknown option "breaker.treshold"; did you mean "breaker.threshold"?',
  ],
  [
    made({ breaker: { halfOpenAfterMillis: 0 } }),
    `pool "orders": breaker.halfOpenAfterMillis must be ${timer}, got 0`,
  ],
  [made({ database: 'pg' }), 'pool "orders": database must be an object, got "pg"'],
  [made({ database: null }), 'pool "orders": database must be an object, got null'],
  [made({ database: [] }), 'pool "orders": database must be an object, got an array'],
  [made({ database: {} }), 'pool "orders": database.system must be a non-empty string, got undefined'],
  [made({ database: { system: '' } }), 'pool "orders": database.system must be a non-empty string, got ""'],
  [() => make({ database: { system: 7 } }), 'pool: database.system must be a non-empty string, got 7'],
  [
    () => make({ database: { system: 'mysql', namespase: 'shop' } }),
    'pool "mysql": unknown option "database.namespase"; did you mean "database.namespace"?',
  ],
  [
    made({ database: { system: 'mysql', namespace: 1 } }),
    'pool "orders": database.namespace must be a non-empty string, got 1',
  ],
  [
    made({ database: { system: 'mysql', serverAddress: new URL('mysql://db') } }),
    'pool "orders": database.serverAddress must be a non-empty string, got an object',
  ],
  [
    made({ database: { system: 'mysql', serverPort: '3306' } }),
    'pool "orders": database.serverPort must be an integer from 1 to 65535, got "3306"',
  ],
  [
    made({ database: { system: 'mysql', serverPort: 65_536 } }),
    'pool "orders": database.serverPort must be an integer from 1 to 65535, got 65536',
  ],
  [
    made({ preset: 'prod' }),
    "pool \"orders\": preset must be 'production' | 'development' | 'test' | 'lowMemory', got \"prod\"",
  ],
  [made({ registry: {} }), 'pool "orders": registry must be a ResourceRegistry, got an object'],
  [
    made({ clock: Date }),
    'pool "orders": clock must be a clock with now(), setTimeout() and clearTimeout(), got a function',
  ],
  [
    made({ telemetry: { spans: 'none' } }),
    "pool \"orders\": telemetry.spans must be 'all' | 'slow' | 'errors' | 'off', got \"none\"",
  ],
  [made({ leakThresholdMillis: 0 }), `pool "orders": leakThresholdMillis must be ${timer}, or false, got 0`],
  [of(undefined), 'pool "orders": factory must be an object with create() and destroy(), got undefined'],
  [of('factory'), 'pool "orders": factory must be an object with create() and destroy(), got "factory"'],
  [of({}), 'pool "orders": factory.create must be a function, got undefined'],
  [of({ create: 1, destroy: () => {} }), 'pool "orders": factory.create must be a function, got 1'],
  [of({ create: () => {} }), 'pool "orders": factory.destroy must be a function, got undefined'],
  [of({ ...factory, validate: true }), 'pool "orders": factory.validate must be a function, got true'],
  [of({ ...factory, reset: null }), 'pool "orders": factory.reset must be a function, got null'],
  [of(throwingProxy()), 'pool "orders": factory.create must be a function, got an object'],
]

/** Options of acquire, which rejects. */
const asked: readonly (readonly [options: unknown, message: string])[] = [
  [null, 'options must be an object, got null'],
  [7, 'options must be an object, got 7'],
  [{ timeout: 5 }, 'unknown option "timeout"; known are signal, timeoutMillis, priority'],
  [{ timeoutMilis: 5 }, 'unknown option "timeoutMilis"; did you mean "timeoutMillis"?'],
  [{ timeoutMillis: 0 }, `timeoutMillis must be ${timer}, or Infinity, got 0`],
  [{ priority: 0.5 }, 'priority must be an integer from -1000 to 1000, got 0.5'],
  [{ priority: 5_000 }, 'priority must be an integer from -1000 to 1000, got 5000'],
  [{ signal: {} }, 'signal must be an AbortSignal, got an object'],
  [{ signal: new AbortController() }, 'signal must be an AbortSignal, got an object'],
  [{ signal: throwingProxy() }, 'signal must be an AbortSignal, got an object'],
]

describe('bad options of a pool', () => {
  for (const [call, message] of table) {
    it(message, () => {
      assert.throws(call, (error: unknown) => {
        assert(error instanceof ConfigError, String(error))
        assert.equal(error.message, message)
        assert.equal(error.code, 'ERR_CONFIG')
        return true
      })
    })
  }

  for (const [options, message] of asked) {
    it(`acquire: ${message}`, async () => {
      const shop = new Workshop()
      const pool = shop.pool({ name: 'orders' })
      await assert.rejects(pool.acquire(options as never), {
        code: 'ERR_CONFIG',
        message: `pool "orders".acquire: ${message}`,
      })
      assert.equal(shop.created, 0)
    })
  }

  it('drain: rejects, and does not drain', async () => {
    const pool = new Workshop().pool({ name: 'orders' })
    await assert.rejects(pool.drain({ force: 1 } as never), {
      message: 'pool "orders".drain: force must be true or false, got 1',
    })
    assert.equal(pool.status().draining, false)
  })

  it('are not found where there are none', () => {
    const all: PoolOptions = {
      name: 'orders',
      preset: 'lowMemory',
      max: 5,
      min: 0,
      maxWaitingClients: 0,
      acquireTimeoutMillis: Infinity,
      createTimeoutMillis: 1,
      validateTimeoutMillis: 1,
      resetTimeoutMillis: 1,
      destroyTimeoutMillis: 1,
      idleTimeoutMillis: false,
      maxLifetimeMillis: false,
      maxUses: Infinity,
      testOnBorrow: true,
      testOnReturn: true,
      breaker: { threshold: 1, halfOpenAfterMillis: undefined },
      leakThresholdMillis: false,
      database: { system: 'mysql', namespace: undefined },
      telemetry: { spans: 'off' },
    }
    assert.equal(createPool(checked, all).status().max, 5)
    for (const key of Object.keys(all)) createPool(checked, { ...all, [key]: undefined })
  })

  it('min above the default of max raises it', () => {
    assert.equal(createPool(factory, { min: 20 }).status().max, 20)
  })
})
