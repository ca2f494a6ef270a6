import assert from 'node:assert/strict'
import { ConfigError } from '@leasehold/core'
import { createCache, type CacheOptions } from '../src/index.ts'
import { throwingProxy } from '../../core/test/throwing-proxy.ts'

const timer = 'a number of milliseconds from 1 to 2147483647'
const entries = 'an integer from 1 to 16777215'

const make = (options: unknown): unknown => createCache(options as CacheOptions<string, unknown>)
const made =
  (more: object): (() => unknown) =>
  () =>
    make({ name: 'pages', ...more })
const load = (): unknown => 1
const cache = createCache<string, unknown>({ name: 'pages', load })
const sized = createCache<string, unknown>({ name: 'pages', maxBytes: 100 })
const set =
  (options: unknown): (() => unknown) =>
  () =>
    cache.set('a', 1, options as never)
const sizeOf =
  (size: unknown): (() => unknown) =>
  () =>
    createCache<string, unknown>({ name: 'pages', sizeOf: () => size as number }).set('a', 1)

/** What is done, and the whole message that comes back. */
const table: readonly (readonly [call: () => unknown, message: string])[] = [
  [() => make(null), 'cache "default": options must be an object, got null'],
  [() => make('pages'), 'cache "default": options must be an object, got "pages"'],
  [() => make([]), 'cache "default": options must be an object, got an array'],
  [() => make({ name: '' }), 'cache: name must be a non-empty string, got ""'],
  [() => make({ name: 7 }), 'cache: name must be a non-empty string, got 7'],
  [made({ maxEntrys: 3 }), 'cache "pages": unknown option "maxEntrys"; did you mean "maxEntries"?'],
  [made({ ttlMilis: 3 }), 'cache "pages": unknown option "ttlMilis"; did you mean "ttlMillis"?'],
  [made({ maxEntries: 0 }), `cache "pages": maxEntries must be ${entries}, got 0`],
  [made({ maxEntries: -3 }), `cache "pages": maxEntries must be ${entries}, got -3`],
  [made({ maxEntries: 1.5 }), `cache "pages": maxEntries must be ${entries}, got 1.5`],
  [made({ maxEntries: '10' }), `cache "pages": maxEntries must be ${entries}, got "10"`],
  [made({ maxEntries: Infinity }), `cache "pages": maxEntries must be ${entries}, got Infinity`],
  [made({ maxEntries: 2 ** 24 }), `cache "pages": maxEntries must be ${entries}, got 16777216`],
  [made({ maxBytes: 0 }), 'cache "pages": maxBytes must be an integer >= 1, got 0'],
  [made({ maxBytes: NaN }), 'cache "pages": maxBytes must be an integer >= 1, got NaN'],
  [made({ maxBytes: '64mb' }), 'cache "pages": maxBytes must be an integer >= 1, got "64mb"'],
  [made({ sizeOf: 8 }), 'cache "pages": sizeOf must be a function, got 8'],
  [made({ ttlMillis: 0 }), `cache "pages": ttlMillis must be ${timer}, got 0`],
  [made({ ttlMillis: Infinity }), `cache "pages": ttlMillis must be ${timer}, got Infinity`],
  [made({ ttlMillis: '1m' }), `cache "pages": ttlMillis must be ${timer}, got "1m"`],
  [made({ load: {} }), 'cache "pages": load must be a function, got an object'],
  [made({ load, loadTimeoutMillis: 0 }), `cache "pages": loadTimeoutMillis must be ${timer}, got 0`],
  [made({ load, loadAttempts: 0 }), 'cache "pages": loadAttempts must be an integer from 1 to 100, got 0'],
  [
    made({ load, loadAttempts: 101 }),
    'cache "pages": loadAttempts must be an integer from 1 to 100, got 101',
  ],
  [
    made({ load, ttlMillis: 1, staleWhileRevalidateMillis: -1 }),
    `cache "pages": staleWhileRevalidateMillis must be ${timer}, got -1`,
  ],
  [
    made({ load, staleWhileRevalidateMillis: 5 }),
    'cache "pages": ttlMillis must be given, as staleWhileRevalidateMillis is, got undefined',
  ],
  [
    made({ ttlMillis: 5, staleWhileRevalidateMillis: 5 }),
    'cache "pages": staleWhileRevalidateMillis must be left out, as there is no load(), got 5',
  ],
  [made({ load, negativeTtlMillis: true }), `cache "pages": negativeTtlMillis must be ${timer}, got true`],
  [
    made({ negativeTtlMillis: 5 }),
    'cache "pages": negativeTtlMillis must be left out, as there is no load(), got 5',
  ],
  [made({ dispose: 'close' }), 'cache "pages": dispose must be a function, got "close"'],
  [
    made({ dispose: load, disposeTimeoutMillis: 2 ** 31 }),
    `cache "pages": disposeTimeoutMillis must be ${timer}, got 2147483648`,
  ],
  [
    made({ disposeTimeoutMillis: 5 }),
    'cache "pages": disposeTimeoutMillis must be left out, as there is no dispose(), got 5',
  ],
  [made({ leakThresholdMillis: 0 }), `cache "pages": leakThresholdMillis must be ${timer}, or false, got 0`],
  [
    made({ preset: 'prod' }),
    "cache \"pages\": preset must be 'production' | 'development' | 'test' | 'lowMemory', got \"prod\"",
  ],
  [made({ registry: {} }), 'cache "pages": registry must be a ResourceRegistry, got an object'],
  [
    made({ clock: Date }),
    'cache "pages": clock must be a clock with now(), setTimeout() and clearTimeout(), got a function',
  ],
  [
    made({ telemetry: { spans: 'none' } }),
    "cache \"pages\": telemetry.spans must be 'all' | 'slow' | 'errors' | 'off', got \"none\"",
  ],
  [made({ pressure: true }), 'cache "pages": pressure must be a MemoryPressureMonitor, or false, got true'],
  [made({ registry: throwingProxy() }), 'cache "pages": registry must be a ResourceRegistry, got an object'],
  [set(null), 'cache "pages".set: options must be an object, got null'],
  [set({ ttl: 1 }), 'cache "pages".set: unknown option "ttl"; known are ttlMillis, bytes'],
  [set({ ttlMillis: 0 }), `cache "pages".set: ttlMillis must be ${timer}, or Infinity, got 0`],
  [set({ bytes: -1 }), 'cache "pages".set: bytes must be an integer >= 0, got -1'],
  [set({ bytes: 1.5 }), 'cache "pages".set: bytes must be an integer >= 0, got 1.5'],
  [
    () => sized.set('a', {}),
    'cache "pages": sizeOf must be a function, as a value is neither a string nor binary, got undefined',
  ],
  [sizeOf(-1), 'cache "pages": sizeOf must return an integer >= 0, got -1'],
  [sizeOf(NaN), 'cache "pages": sizeOf must return an integer >= 0, got NaN'],
  [sizeOf(undefined), 'cache "pages": sizeOf must return an integer >= 0, got undefined'],
  [sizeOf(Promise.resolve(1)), 'cache "pages": sizeOf must return an integer >= 0, got an object'],
  [() => cache.trim({}), 'cache "pages".trim: options must be either toBytes or toFraction, got an object'],
  [
    () => cache.trim({ toBytes: 1, toFraction: 1 }),
    'cache "pages".trim: options must be either toBytes or toFraction, got an object',
  ],
  [
    () => cache.trim({ toFraction: 75 }),
    'cache "pages".trim: toFraction must be a number from 0 to 1, got 75',
  ],
  [() => cache.trim({ toBytes: -1 }), 'cache "pages".trim: toBytes must be an integer >= 0, got -1'],
  [
    () => cache.resize({ maxEntries: 0 }),
    `cache "pages".resize: maxEntries must be ${entries}, or Infinity, got 0`,
  ],
  [
    () => cache.resize({ maxEntries: Infinity }),
    'cache "pages".resize: maxEntries must be finite, as maxBytes is not, got Infinity',
  ],
  [
    () => cache.resize({ maxBytes: 5 }),
    'cache "pages".resize: maxBytes must be left out, as the cache was made without maxBytes and sizeOf, got 5',
  ],
]

describe('bad options of a cache', () => {
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

  for (const [options, message] of [
    [null, 'options must be an object, got null'],
    [{ signal: {} }, 'signal must be an AbortSignal, got an object'],
    [{ signal: throwingProxy() }, 'signal must be an AbortSignal, got an object'],
    [{ timeoutMillis: 5 }, 'unknown option "timeoutMillis"; known are signal'],
  ] as const) {
    it(`fetch: ${message}`, async () => {
      await assert.rejects(cache.fetch('a', options as never), {
        code: 'ERR_CONFIG',
        message: `cache "pages".fetch: ${message}`,
      })
      assert.equal(cache.stats().loads.started, 0)
    })
  }

  it('are not found where there are none', () => {
    const all: CacheOptions<string, string> = {
      name: 'pages',
      preset: 'lowMemory',
      maxEntries: 5,
      maxBytes: 1_000,
      sizeOf: value => value.length,
      ttlMillis: 1,
      load: () => 'x',
      loadTimeoutMillis: 1,
      loadAttempts: 2,
      staleWhileRevalidateMillis: 1,
      negativeTtlMillis: 1,
      dispose: () => {},
      disposeTimeoutMillis: 1,
      leakThresholdMillis: false,
      telemetry: { spans: 'off' },
    }
    assert.equal(createCache(all).stats().maxEntries, 5)
    const needed = new Set(['load', 'dispose', 'ttlMillis'])
    for (const key of Object.keys(all)) if (!needed.has(key)) createCache({ ...all, [key]: undefined })
  })

  it('are refused before anything is changed', () => {
    const own = createCache<string, number>({ name: 'own', maxEntries: 3 })
    own.set('a', 1)
    assert.throws(() => own.set('a', 2, { bytes: -1 }))
    assert.throws(() => own.resize({ maxEntries: 1, maxBytes: -1 }))
    assert.deepEqual([own.get('a'), own.stats().maxEntries], [1, 3])
  })

  it('without any there are 10,000 entries, or 1,000 in the preset lowMemory, or as many as bytes allow', () => {
    assert.equal(createCache().stats().maxEntries, 10_000)
    assert.equal(createCache({ preset: 'lowMemory' }).stats().maxEntries, 1_000)
    assert.deepEqual(createCache({ maxBytes: 5 }).stats().maxEntries, Infinity)
  })
})
