import assert from 'node:assert/strict'
import {
  ConfigError,
  installShutdown,
  isLeaseholdError,
  onShutdownFlush,
  ResourceRegistry,
  withScope,
  type LeaseScope,
} from '../src/index.ts'
import { throwingProxy } from './throwing-proxy.ts'

const registry = new ResourceRegistry()
const good = { kind: 'k', name: 'n', cleanup: () => {} }
const timer = 'a number of milliseconds from 1 to 2147483647'
const timer0 = 'a number of milliseconds from 0 to 2147483647'

type Call = (options: never) => unknown
const create: Call = options => new ResourceRegistry(options)
const configure: Call = options => registry.configure(options)
const track: Call = options => registry.track(1, options)
const trackWith: Call = more => registry.track(1, Object.assign({}, good, more))
const drain: Call = options => registry.drain(options)
const leases: Call = options => registry.leases(options)
const shutdown: Call = options => installShutdown(options)
const scope: Call = options => withScope(() => {}, options)
const inScope =
  (call: (scope: LeaseScope, argument: never) => unknown): Call =>
  argument =>
    withScope(s => void call(s, argument), { registry })

const strategies = "'immediate' | 'background' | 'forced'"
const presets = "'production' | 'development' | 'test' | 'lowMemory'"
const sampled = 'an integer from 1 to 1000000, or false'

/** What is called, with what, and the whole message that comes back. */
const table: readonly (readonly [name: string, call: Call, argument: unknown, message: string])[] = [
  ['track', track, throwingProxy(), 'track: kind must be a non-empty string, got an object'],
  ['track', track, undefined, 'track: options must be an object, got undefined'],
  ['track', track, null, 'track: options must be an object, got null'],
  ['track', track, 'file', 'track: options must be an object, got "file"'],
  ['track', track, 7, 'track: options must be an object, got 7'],
  ['track', track, {}, 'track: kind must be a non-empty string, got undefined'],
  ['track', track, { kind: 'k' }, 'track: name must be a non-empty string, got undefined'],
  ['track', track, { kind: 'k', name: 'n' }, 'track: cleanup must be a function, got undefined'],
  ['kind', trackWith, { kind: '' }, 'track: kind must be a non-empty string, got ""'],
  ['kind', trackWith, { kind: 5 }, 'track: kind must be a non-empty string, got 5'],
  ['name', trackWith, { name: null }, 'track: name must be a non-empty string, got null'],
  ['name', trackWith, { name: Symbol('n') }, 'track: name must be a non-empty string, got a symbol'],
  ['cleanup', trackWith, { cleanup: 'close' }, 'track: cleanup must be a function, got "close"'],
  ['cleanup', trackWith, { cleanup: {} }, 'track: cleanup must be a function, got an object'],
  ['force', trackWith, { force: true }, 'track: force must be a function, got true'],
  ['strategy', trackWith, { strategy: 'later' }, `track: strategy must be ${strategies}, got "later"`],
  [
    'strategy',
    trackWith,
    { strategy: 'forced' },
    "track: force must be a function, as strategy is 'forced', got undefined",
  ],
  ['timeoutMillis', trackWith, { timeoutMillis: 0 }, `track: timeoutMillis must be ${timer}, got 0`],
  ['timeoutMillis', trackWith, { timeoutMillis: -1 }, `track: timeoutMillis must be ${timer}, got -1`],
  ['timeoutMillis', trackWith, { timeoutMillis: NaN }, `track: timeoutMillis must be ${timer}, got NaN`],
  [
    'timeoutMillis',
    trackWith,
    { timeoutMillis: Infinity },
    `track: timeoutMillis must be ${timer}, got Infinity`,
  ],
  [
    'timeoutMillis',
    trackWith,
    { timeoutMillis: '5000' },
    `track: timeoutMillis must be ${timer}, got "5000"`,
  ],
  ['timeoutMillis', trackWith, { timeoutMillis: 10n }, `track: timeoutMillis must be ${timer}, got 10n`],
  [
    'timeoutMillis',
    trackWith,
    { timeoutMillis: 2 ** 31 },
    `track: timeoutMillis must be ${timer}, got 2147483648`,
  ],
  ['timeoutMillis', trackWith, { timeoutMillis: null }, `track: timeoutMillis must be ${timer}, got null`],
  ['track', track, [], 'track: options must be an object, got an array'],
  ['track', track, () => {}, 'track: options must be an object, got a function'],
  [
    'timeoutMillis',
    trackWith,
    { timeoutMillis: -Infinity },
    `track: timeoutMillis must be ${timer}, got -Infinity`,
  ],
  ['timeoutMillis', trackWith, { timeoutMillis: 0.5 }, `track: timeoutMillis must be ${timer}, got 0.5`],
  [
    'telemetry',
    trackWith,
    { telemetry: throwingProxy() },
    'track: telemetry must be an object, got an object',
  ],
  ['kind', trackWith, { kind: throwingProxy() }, 'track: kind must be a non-empty string, got an object'],
  ['retry', trackWith, { retry: null }, 'track: retry must be an object, got null'],
  ['retry', trackWith, { retry: [] }, 'track: retry must be an object, got an array'],
  [
    'retry',
    trackWith,
    { retry: { idempotent: true, attempts: '3' } },
    'track: retry.attempts must be an integer from 1 to 100, got "3"',
  ],
  [
    'unknown',
    trackWith,
    { toString: 5 },
    'track: unknown option "toString"; known are kind, name, cleanup, force, strategy, timeoutMillis, retry, leakThresholdMillis, telemetry, span',
  ],
  ['retry', trackWith, { retry: true }, 'track: retry must be an object, got true'],
  [
    'retry',
    trackWith,
    { retry: {} },
    'track: retry.idempotent must be true, as only a cleanup that may be called twice can be retried, got undefined',
  ],
  [
    'retry',
    trackWith,
    { retry: { idempotent: false } },
    'track: retry.idempotent must be true, as only a cleanup that may be called twice can be retried, got false',
  ],
  [
    'retry',
    trackWith,
    { retry: { idempotent: true, attempts: 0 } },
    'track: retry.attempts must be an integer from 1 to 100, got 0',
  ],
  [
    'retry',
    trackWith,
    { retry: { idempotent: true, attempts: 1.5 } },
    'track: retry.attempts must be an integer from 1 to 100, got 1.5',
  ],
  [
    'retry',
    trackWith,
    { retry: { idempotent: true, atempts: 2 } },
    'track: unknown option "retry.atempts"; did you mean "retry.attempts"?',
  ],
  [
    'leakThresholdMillis',
    trackWith,
    { leakThresholdMillis: true },
    `track: leakThresholdMillis must be ${timer}, or false, got true`,
  ],
  [
    'leakThresholdMillis',
    trackWith,
    { leakThresholdMillis: -0 },
    `track: leakThresholdMillis must be ${timer}, or false, got -0`,
  ],
  ['telemetry', trackWith, { telemetry: 'off' }, 'track: telemetry must be an object, got "off"'],
  ['telemetry', trackWith, { telemetry: [] }, 'track: telemetry must be an object, got an array'],
  [
    'telemetry',
    trackWith,
    { telemetry: { spans: 'none' } },
    "track: telemetry.spans must be 'all' | 'slow' | 'errors' | 'off', got \"none\"",
  ],
  [
    'telemetry',
    trackWith,
    { telemetry: { slowMillis: -5 } },
    `track: telemetry.slowMillis must be ${timer0}, got -5`,
  ],
  [
    'telemetry',
    trackWith,
    { telemetry: { metrics: 1 } },
    'track: telemetry.metrics must be true or false, got 1',
  ],
  [
    'telemetry',
    trackWith,
    { telemetry: { span: 'all' } },
    'track: unknown option "telemetry.span"; did you mean "telemetry.spans"?',
  ],
  ['span', trackWith, { span: '' }, 'track: span must be a non-empty string, got ""'],
  [
    'unknown',
    trackWith,
    { timeoutMilis: 5 },
    'track: unknown option "timeoutMilis"; did you mean "timeoutMillis"?',
  ],
  [
    'unknown',
    trackWith,
    { Timeoutmillis: 5 },
    'track: unknown option "Timeoutmillis"; did you mean "timeoutMillis"?',
  ],
  [
    'unknown',
    trackWith,
    { onLeak: 5 },
    'track: unknown option "onLeak"; known are kind, name, cleanup, force, strategy, timeoutMillis, retry, leakThresholdMillis, telemetry, span',
  ],
  ['new', create, null, 'registry: options must be an object, got null'],
  ['new', create, [], 'registry: options must be an object, got an array'],
  ['new', create, { sampling: [] }, 'registry: sampling must be an object, got an array'],
  ['new', create, { sampling: null }, 'registry: sampling must be an object, got null'],
  ['new', create, { sampling: { gc: 1.5 } }, `registry: sampling.gc must be ${sampled}, got 1.5`],
  ['new', create, { sampling: { gc: NaN } }, `registry: sampling.gc must be ${sampled}, got NaN`],
  [
    'new',
    create,
    { telemetry: { slowMillis: '9' } },
    `registry: telemetry.slowMillis must be ${timer0}, got "9"`,
  ],
  ['new', create, { cleanupGraceMillis: null }, `registry: cleanupGraceMillis must be ${timer}, got null`],
  [
    'new',
    create,
    { backgroundConcurrency: 2.5 },
    'registry: backgroundConcurrency must be an integer from 1 to 10000, got 2.5',
  ],
  ['new', create, 'production', 'registry: options must be an object, got "production"'],
  ['new', create, { preset: 'prod' }, `registry: preset must be ${presets}, got "prod"`],
  [
    'new',
    create,
    { clock: {} },
    'registry: clock must be a clock with now(), setTimeout() and clearTimeout(), got an object',
  ],
  [
    'new',
    create,
    { clock: Date.now },
    'registry: clock must be a clock with now(), setTimeout() and clearTimeout(), got a function',
  ],
  ['new', create, { cleanupTimeoutMillis: 0 }, `registry: cleanupTimeoutMillis must be ${timer}, got 0`],
  ['new', create, { cleanupGraceMillis: '1s' }, `registry: cleanupGraceMillis must be ${timer}, got "1s"`],
  [
    'new',
    create,
    { backgroundConcurrency: 0 },
    'registry: backgroundConcurrency must be an integer from 1 to 10000, got 0',
  ],
  [
    'new',
    create,
    { backgroundQueueLimit: -1 },
    'registry: backgroundQueueLimit must be an integer from 0 to 10000000, got -1',
  ],
  ['new', create, { sampling: 128 }, 'registry: sampling must be an object, got 128'],
  ['new', create, { sampling: { stacks: 0 } }, `registry: sampling.stacks must be ${sampled}, got 0`],
  ['new', create, { sampling: { gc: true } }, `registry: sampling.gc must be ${sampled}, got true`],
  [
    'new',
    create,
    { sampling: { stack: 1 } },
    'registry: unknown option "sampling.stack"; did you mean "sampling.stacks"?',
  ],
  [
    'new',
    create,
    { timeoutMillis: 1 },
    'registry: unknown option "timeoutMillis"; known are preset, cleanupTimeoutMillis, cleanupGraceMillis, leakThresholdMillis, backgroundConcurrency, backgroundQueueLimit, sampling, telemetry, clock',
  ],
  ['configure', configure, { presets: 'test' }, 'registry: unknown option "presets"; did you mean "preset"?'],
  [
    'configure',
    configure,
    { clock: {} },
    'registry: unknown option "clock"; known are preset, cleanupTimeoutMillis, cleanupGraceMillis, leakThresholdMillis, backgroundConcurrency, backgroundQueueLimit, sampling, telemetry',
  ],
  ['configure', configure, undefined, 'registry: options must be an object, got undefined'],
  ['drain', drain, { timeoutMillis: -1 }, `drain: timeoutMillis must be ${timer0}, got -1`],
  ['drain', drain, { force: 'yes' }, 'drain: force must be true or false, got "yes"'],
  ['drain', drain, { timeout: 5 }, 'drain: unknown option "timeout"; known are timeoutMillis, force'],
  ['drain', drain, 500, 'drain: options must be an object, got 500'],
  ['leases', leases, { limit: 0 }, 'leases: limit must be an integer from 1 to 100000, got 0'],
  ['drain', drain, null, 'drain: options must be an object, got null'],
  ['leases', leases, null, 'leases: options must be an object, got null'],
  ['leases', leases, { limit: 1.5 }, 'leases: limit must be an integer from 1 to 100000, got 1.5'],
  ['leases', leases, { limit: '5' }, 'leases: limit must be an integer from 1 to 100000, got "5"'],
  ['leases', leases, { name: '' }, 'leases: name must be a non-empty string, got ""'],
  ['leases', leases, { kinds: 'x' }, 'leases: unknown option "kinds"; did you mean "kind"?'],
  [
    'on',
    type => registry.on(type, () => {}),
    'leak',
    "registry: event must be 'acquire' | 'release' | 'cleanup' | 'abandoned', got \"leak\"",
  ],
  [
    'on',
    type => registry.on(type, () => {}),
    '__proto__',
    "registry: event must be 'acquire' | 'release' | 'cleanup' | 'abandoned', got \"__proto__\"",
  ],
  [
    'on',
    listener => registry.on('cleanup', listener),
    undefined,
    'registry: listener must be a function, got undefined',
  ],
  [
    'off',
    type => registry.off(type, () => {}),
    'errors',
    "registry: event must be 'acquire' | 'release' | 'cleanup' | 'abandoned', got \"errors\"",
  ],
  ['withScope', scope, null, 'withScope: options must be an object, got null'],
  ['withScope', scope, { registry: {} }, 'withScope: registry must be a ResourceRegistry, got an object'],
  [
    'withScope',
    scope,
    { registy: registry },
    'withScope: unknown option "registy"; did you mean "registry"?',
  ],
  ['withScope', fn => withScope(fn), undefined, 'withScope: fn must be a function, got undefined'],
  ['scope.add', inScope((s, lease) => s.add(lease)), {}, 'scope.add: lease must be a lease, got an object'],
  [
    'scope.add',
    inScope((s, lease) => s.add(lease)),
    undefined,
    'scope.add: lease must be a lease, got undefined',
  ],
  ['scope.defer', inScope((s, fn) => s.defer(fn)), 'fn', 'scope.defer: fn must be a function, got "fn"'],
  [
    'scope.defer',
    inScope((s, options) => s.defer(() => {}, options)),
    { nam: 'x' },
    'scope.defer: unknown option "nam"; did you mean "name"?',
  ],
  [
    'scope.track',
    inScope((s, options) => s.track(1, options)),
    { kind: 'k' },
    'track: name must be a non-empty string, got undefined',
  ],
  [
    'installShutdown',
    shutdown,
    { signals: 'SIGTERM' },
    'installShutdown: signals must be an array of names of signals that a process can listen to, got "SIGTERM"',
  ],
  ...['TERM', 'SIGTREM', 'SIGKILL', 'SIGSTOP', 'toString'].map((signal): [string, Call, unknown, string] => [
    'installShutdown',
    shutdown,
    { signals: ['SIGTERM', signal] },
    'installShutdown: signals must be an array of names of signals that a process can listen to, got an array',
  ]),
  [
    'installShutdown',
    shutdown,
    { timeoutMillis: NaN },
    `installShutdown: timeoutMillis must be ${timer0}, got NaN`,
  ],
  ['installShutdown', shutdown, { flush: true }, 'installShutdown: flush must be a function, got true'],
  [
    'installShutdown',
    shutdown,
    { beforedrain() {} },
    'installShutdown: unknown option "beforedrain"; did you mean "beforeDrain"?',
  ],
  ['onShutdownFlush', fn => onShutdownFlush(fn), null, 'onShutdownFlush: fn must be a function, got null'],
]

describe('bad options and arguments', () => {
  for (const [name, call, argument, message] of table) {
    it(`${name}: ${message}`, async () => {
      const before = registry.stats()
      const listeners = process.listenerCount('SIGTERM')
      // Both ways to fail, a throw and a rejection, come to the same here.
      const error: unknown = await (async () => call(argument as never))().then(
        () => assert.fail('it was taken'),
        (thrown: unknown) => thrown,
      )
      assert.ok(error instanceof ConfigError && isLeaseholdError(error))
      assert.equal(error.message, message)
      assert.equal(error.code, 'ERR_CONFIG')
      assert.equal(error.name, 'ConfigError')
      assert.ok(message.startsWith(`${error.owner}: `), 'names the owner')
      assert.ok(message.includes(error.option) || error.option === 'options', 'names the option')
      assert.deepEqual(registry.stats(), before, 'nothing was tracked')
      assert.equal(process.listenerCount('SIGTERM'), listeners, 'nothing was installed')
    })
  }

  it('refuses a mistyped option after a thousand good leases of the kind too', () => {
    for (let i = 0; i < 1_000; i++) void registry.track(i, good).release()
    assert.throws(() => registry.track(1, { ...good, forse: () => {} } as never), {
      message: 'track: unknown option "forse"; did you mean "force"?',
    })
    assert.throws(() => registry.track(1, { ...good, force: undefined, forse: 1 } as never), {
      code: 'ERR_CONFIG',
    })
  })

  it('refuses a mistyped nested option after good leases that ask for the same', () => {
    const own = new ResourceRegistry()
    const retries = [
      { idempotent: true, attempts: 3, atempts: 5 },
      { idempotent: true, attempts: undefined, atempts: 5 },
      { idempotent: true, atempts: 5 },
      { idempotent: 1 },
      null,
      3,
    ]
    for (const known of [undefined, { idempotent: true }, { idempotent: true, attempts: 3 }] as const) {
      for (const retry of retries) {
        void own.track(1, { ...good, retry: known }).release()
        if (known !== undefined) void own.track(1, { ...good, retry: { ...known } }).release()
        assert.throws(() => own.track(1, { ...good, retry } as never), {
          name: 'ConfigError',
          message: /^track: (unknown option "retry\.|retry)/,
        })
      }
    }
  })

  it('gives no lease the inherited options of the one before', async () => {
    const own = new ResourceRegistry()
    const base: object = { strategy: 'forced', force: () => {} }
    for (const inherited of [
      base,
      new (class {
        get strategy(): string {
          return 'forced'
        }
        force(): void {}
      })(),
    ]) {
      await own.track(1, Object.assign(Object.create(inherited) as typeof good, good)).release()
      await own.track(1, good).release()
    }
    const { forced, success } = own.stats().outcomes
    assert.deepEqual({ forced, success }, { forced: 2, success: 2 })
  })

  for (const [what, options] of [
    [
      'a getter that throws',
      {
        ...good,
        get retry(): never {
          throw new Error('trap')
        },
      },
    ],
    ['a Proxy that throws', throwingProxy()],
    [
      'a revoked Proxy',
      (() => {
        const { proxy, revoke } = Proxy.revocable({}, {})
        revoke()
        return proxy
      })(),
    ],
  ] as const) {
    it(`refuses ${what} with an error of ours`, () => {
      assert.throws(() => registry.track(1, options as never), { name: 'ConfigError', owner: 'track' })
    })
  }

  it('takes undefined for "not given"', async () => {
    const lease = registry.track(1, { ...good, force: undefined, timeoutMillis: undefined, retry: undefined })
    await lease.release()
    assert.equal(lease.state, 'released')
  })

  it('takes options that are an instance of a class', async () => {
    let cleaned = 0
    class Options {
      kind: string = 'k'
      name: string = 'n'
      cleanup(): void {
        cleaned++
      }
    }
    await registry.track(1, new Options()).release()
    assert.equal(cleaned, 1)
  })

  it('changes nothing when configure is refused', () => {
    const own = new ResourceRegistry({ leakThresholdMillis: 10 })
    assert.throws(() => own.configure({ leakThresholdMillis: 20, cleanupGraceMillis: 0 }))
    own.configure({})
    assert.doesNotThrow(() => own.track(1, good))
  })
})
