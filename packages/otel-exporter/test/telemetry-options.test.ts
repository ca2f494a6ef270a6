import assert from 'node:assert/strict'
import { isLeaseholdError } from '@leasehold/core'
import { startTelemetry } from '../src/index.ts'
import { registered } from '../src/global-registration.ts'
import { checkedTelemetryOptions } from '../src/telemetry-options.ts'

const otlp = 'http://localhost:4318/v1/traces'

const bad: [options: unknown, message: string][] = [
  [null, 'options must be an object, got null'],
  ['orders', 'options must be an object, got "orders"'],
  [{ servicename: 'x' }, 'unknown option "servicename"; did you mean "serviceName"?'],
  [{ serviceName: '' }, 'serviceName must be a non-empty string, got ""'],
  [{ serviceName: 7 }, 'serviceName must be a non-empty string, got 7'],
  [{ serviceVersion: '' }, 'serviceVersion must be a non-empty string, got ""'],
  [{ preset: 'prod' }, `preset must be 'production' | 'development' | 'test' | 'lowMemory', got "prod"`],
  [
    { resourceAttributes: { a: {} } },
    'resourceAttributes must be an object of attributes: strings, numbers, booleans, or arrays of them, got an object',
  ],
  [{ sampling: 1.1 }, 'sampling must be a number from 0 to 1, got 1.1'],
  [{ sampling: NaN }, 'sampling must be a number from 0 to 1, got NaN'],
  [{ sampling: '0.5' }, 'sampling must be a number from 0 to 1, got "0.5"'],
  [
    { shutdownTimeoutMillis: 0 },
    'shutdownTimeoutMillis must be a number of milliseconds from 1 to 2147483647, got 0',
  ],
  [
    { shutdownTimeoutMillis: Infinity },
    'shutdownTimeoutMillis must be a number of milliseconds from 1 to 2147483647, got Infinity',
  ],
  [{ traces: 'off' }, `traces must be 'console' | 'none' | { otlp: url }, got "off"`],
  [{ traces: otlp }, `traces must be 'console' | 'none' | { otlp: url }, got ${JSON.stringify(otlp)}`],
  [{ traces: false }, `traces must be 'console' | 'none' | { otlp: url }, got false`],
  [{ logs: 'otlp' }, `logs must be 'console' | 'none' | { otlp: url }, got "otlp"`],
  [{ logs: { otlp: 'x' } }, 'logs.otlp must be an http or https URL, got "x"'],
  [{ traces: {} }, 'traces.otlp must be an http or https URL, got undefined'],
  [{ traces: { otlp: 'localhost:4318' } }, 'traces.otlp must be an http or https URL, got "localhost:4318"'],
  [{ traces: { otlp: 'grpc://x' } }, 'traces.otlp must be an http or https URL, got "grpc://x"'],
  [
    { traces: { otlp, url: otlp } },
    'unknown option "traces.url"; known are otlp, headers, timeoutMillis, compression, protocol',
  ],
  [{ traces: { otlp, header: {} } }, 'unknown option "traces.header"; did you mean "traces.headers"?'],
  [
    { traces: { otlp, headers: { 'a b': '1' } } },
    'traces.headers must be an object of valid HTTP headers, got an object',
  ],
  [
    { traces: { otlp, headers: { a: '1\r\nb: 2' } } },
    'traces.headers must be an object of valid HTTP headers, got an object',
  ],
  [
    { traces: { otlp, headers: { a: 1 } } },
    'traces.headers must be an object of valid HTTP headers, got an object',
  ],
  [
    { traces: { otlp, timeoutMillis: -1 } },
    'traces.timeoutMillis must be a number of milliseconds from 1 to 2147483647, got -1',
  ],
  [{ traces: { otlp, compression: 'br' } }, `traces.compression must be 'gzip' | 'none', got "br"`],
  [
    { traces: { otlp, protocol: 'grpc' } },
    `traces.protocol must be 'http/protobuf' | 'http/json', got "grpc"`,
  ],
  [{ metrics: 'off' }, `metrics must be 'console' | 'none' | { prometheus, otlp }, got "off"`],
  [{ metrics: { prom: {} } }, 'unknown option "metrics.prom"; known are prometheus, otlp'],
  [{ metrics: { prometheus: true } }, 'metrics.prometheus must be an object, or false, got true'],
  [{ metrics: { prometheus: 9464 } }, 'metrics.prometheus must be an object, or false, got 9464'],
  [
    { metrics: { prometheus: { port: 70_000 } } },
    'metrics.prometheus.port must be an integer from 0 to 65535, got 70000',
  ],
  [
    { metrics: { prometheus: { port: '9464' } } },
    'metrics.prometheus.port must be an integer from 0 to 65535, got "9464"',
  ],
  [{ metrics: { prometheus: { host: '' } } }, 'metrics.prometheus.host must be a non-empty string, got ""'],
  [
    { metrics: { prometheus: { path: 'metrics' } } },
    `metrics.prometheus.path must be a path that begins with '/', without '?' and '#', got "metrics"`,
  ],
  [
    { metrics: { prometheus: { prot: 1 } } },
    'unknown option "metrics.prometheus.prot"; did you mean "metrics.prometheus.port"?',
  ],
  [{ metrics: { otlp: 'x' } }, 'metrics.otlp must be an http or https URL, or an object with one, got "x"'],
  [{ metrics: { otlp: {} } }, 'metrics.otlp.url must be an http or https URL, got undefined'],
  [
    { metrics: { otlp: { url: otlp, intervalMillis: 0 } } },
    'metrics.otlp.intervalMillis must be a number of milliseconds from 1 to 2147483647, got 0',
  ],
  [
    { metrics: { otlp: { url: otlp, temporality: 'both' } } },
    `metrics.otlp.temporality must be 'cumulative' | 'delta' | 'lowmemory', got "both"`,
  ],
]

describe('options of startTelemetry that cannot be meant', () => {
  for (const [options, message] of bad) {
    it(`${JSON.stringify(options)} is refused, and nothing is started`, () => {
      assert.throws(
        () => startTelemetry(options as object),
        (error: Error & { code?: string }) => {
          assert.ok(isLeaseholdError(error))
          assert.equal(error.code, 'ERR_CONFIG')
          assert.equal(error.message, `startTelemetry: ${message}`)
          return true
        },
      )
      assert.equal(registered('trace'), undefined)
      assert.equal(registered('metrics'), undefined)
      assert.equal(registered('diag'), undefined)
    })
  }
})

describe('options of startTelemetry that throw when they are read', () => {
  const thrower = (): never => {
    throw new Error('sekret')
  }
  const hostile = (): object => new Proxy({}, { ownKeys: thrower, get: thrower, getPrototypeOf: thrower })
  const revoked = (): object => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy
  }
  const getter = (): object => Object.defineProperty({}, 'otlp', { enumerable: true, get: thrower })

  const table: [option: string, options: object][] = [
    ['options', hostile()],
    ['options', revoked()],
    ['traces', { traces: hostile() }],
    ['traces', { traces: revoked() }],
    ['traces.otlp', { traces: getter() }],
    ['metrics.prometheus', { metrics: { prometheus: hostile() } }],
    ['metrics.otlp.headers', { metrics: { otlp: { url: otlp, headers: revoked() } } }],
    ['resourceAttributes', { resourceAttributes: hostile() }],
    ['resourceAttributes', { resourceAttributes: { a: new Proxy([], { get: thrower }) } }],
  ]
  for (const [option, options] of table) {
    it(`are refused: ${option}`, () => {
      assert.throws(
        () => startTelemetry(options),
        (error: Error & { code?: string; option?: string }) => {
          assert.deepEqual([error.code, error.option], ['ERR_CONFIG', option])
          assert.doesNotMatch(error.message, /sekret/)
          return true
        },
      )
      assert.equal(registered('trace'), undefined)
    })
  }

  it('are read once: what is checked is what is used', () => {
    let reads = 0
    const options = {
      get serviceName() {
        return reads++ === 0 ? 'orders' : 7
      },
    }
    assert.deepEqual(checkedTelemetryOptions(options as object), { serviceName: 'orders' })
  })

  it('count when they are inherited', () => {
    const options = Object.create({ serviceName: 'orders' }) as object
    assert.deepEqual(checkedTelemetryOptions(options), { serviceName: 'orders' })
  })
})
