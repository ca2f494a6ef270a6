import assert from 'node:assert/strict'
import { ConfigError, ResourceRegistry } from '@leasehold/core'
import { startLeakDetector } from '../src/index.ts'
import { throwingProxy } from '../../core/test/throwing-proxy.ts'

const registry = new ResourceRegistry()
const detector = startLeakDetector({ registry })
const start =
  (options: unknown): (() => unknown) =>
  () =>
    startLeakDetector(options as never)
const change =
  (options: unknown): (() => unknown) =>
  () =>
    detector.configure(options as never)
const report =
  (options: unknown): (() => unknown) =>
  () =>
    detector.report(options as never)

const millis = 'a number of milliseconds from 1 to 2147483647, or false'
const share = 'a number above 0 and below 1'
const sample = 'an integer from 1 to 1000000, or false'
const presets = "'production' | 'development' | 'test' | 'lowMemory'"

/** What is done, and the whole message that comes back. */
const table: readonly (readonly [call: () => unknown, message: string])[] = [
  [start(null), 'leak detector: options must be an object, got null'],
  [start('all'), 'leak detector: options must be an object, got "all"'],
  [start([]), 'leak detector: options must be an object, got an array'],
  [start({ registry: {} }), 'leak detector: registry must be a ResourceRegistry, got an object'],
  [start({ registry: null }), 'leak detector: registry must be a ResourceRegistry, got null'],
  [
    start({ registry }),
    'leak detector: registry must be one that no other leak detector watches, got an object',
  ],
  [start({ preset: 'prod' }), `leak detector: preset must be ${presets}, got "prod"`],
  [start({ onAlert: 'log' }), 'leak detector: onAlert must be a function, got "log"'],
  [start({ onalert: () => {} }), 'leak detector: unknown option "onalert"; did you mean "onAlert"?'],
  [start({ sinks: {} }), 'leak detector: sinks must be an array of sinks, got an object'],
  [start({ sinks: [{}] }), 'leak detector: sinks must be an array of sinks, got an array'],
  [start({ sinks: [null] }), 'leak detector: sinks must be an array of sinks, got an array'],
  [
    start({ reportSignal: 'SIGTERM' }),
    `leak detector: reportSignal must be 'SIGUSR2', or false, got "SIGTERM"`,
  ],
  [start({ reportSignal: true }), `leak detector: reportSignal must be 'SIGUSR2', or false, got true`],
  [start({ heldTooLongMillis: 0 }), `leak detector: heldTooLongMillis must be ${millis}, got 0`],
  [start({ heldTooLongMillis: -1 }), `leak detector: heldTooLongMillis must be ${millis}, got -1`],
  [start({ heldTooLongMillis: '1m' }), `leak detector: heldTooLongMillis must be ${millis}, got "1m"`],
  [
    start({ heldTooLongMillis: Infinity }),
    `leak detector: heldTooLongMillis must be ${millis}, got Infinity`,
  ],
  [start({ heldTooLongMillis: NaN }), `leak detector: heldTooLongMillis must be ${millis}, got NaN`],
  [
    start({ heldTooLongMilis: 1 }),
    'leak detector: unknown option "heldTooLongMilis"; did you mean "heldTooLongMillis"?',
  ],
  [start({ growth: 1 }), 'leak detector: growth must be true or false, got 1'],
  [start({ growth: {} }), 'leak detector: growth must be true or false, got an object'],
  [start({ cleanup: true }), 'leak detector: cleanup must be an object, or false, got true'],
  [start({ cleanup: [] }), 'leak detector: cleanup must be an object, or false, got an array'],
  [start({ cleanup: null }), 'leak detector: cleanup must be an object, or false, got null'],
  [start({ cleanup: { warnBelow: 99 } }), `leak detector: cleanup.warnBelow must be ${share}, got 99`],
  [
    start({ cleanup: { warnBelow: '99 %' } }),
    `leak detector: cleanup.warnBelow must be ${share}, got "99 %"`,
  ],
  [start({ cleanup: { target: 1 } }), `leak detector: cleanup.target must be ${share}, got 1`],
  [start({ cleanup: { errorBelow: 0 } }), `leak detector: cleanup.errorBelow must be ${share}, got 0`],
  [
    start({ cleanup: { warnbelow: 0.9 } }),
    'leak detector: unknown option "cleanup.warnbelow"; did you mean "cleanup.warnBelow"?',
  ],
  [
    start({ cleanup: { errorBelow: 0.995 } }),
    'leak detector: cleanup.errorBelow must be at most warnBelow (0.99), got 0.995',
  ],
  [
    start({ cleanup: { target: 0.9 } }),
    'leak detector: cleanup.target must be at least warnBelow (0.99), got 0.9',
  ],
  [start({ sampling: 128 }), 'leak detector: sampling must be an object, got 128'],
  [start({ sampling: { stacks: 0 } }), `leak detector: sampling.stacks must be ${sample}, got 0`],
  [start({ sampling: { gc: 1.5 } }), `leak detector: sampling.gc must be ${sample}, got 1.5`],
  [start({ sampling: { gc: true } }), `leak detector: sampling.gc must be ${sample}, got true`],
  [
    start({ sampling: { stack: 1 } }),
    'leak detector: unknown option "sampling.stack"; did you mean "sampling.stacks"?',
  ],
  [change({ heldTooLongMillis: 0 }), `leak detector: heldTooLongMillis must be ${millis}, got 0`],
  [change({ cleanup: { target: 2 } }), `leak detector: cleanup.target must be ${share}, got 2`],
  [
    change({ registry }),
    'leak detector: unknown option "registry"; known are heldTooLongMillis, cleanup, growth, sampling',
  ],
  [change(undefined), 'leak detector: options must be an object, got undefined'],
  [report(null), 'leak report: options must be an object, got null'],
  [report({ limit: -1 }), 'leak report: limit must be an integer from 0 to 10000, got -1'],
  [report({ format: 'html' }), `leak report: format must be 'object' | 'text', got "html"`],
  [report({ since: 5 }), 'leak report: since must be what snapshot() gave, got 5'],
  [report({ since: null }), 'leak report: since must be what snapshot() gave, got null'],
  [report({ color: 'red' }), 'leak report: color must be true or false, got "red"'],
  [
    () => detector.on('leaks' as never, () => {}),
    `leak detector: event must be 'leak' | 'unleaked' | 'alert', got "leaks"`,
  ],
  [() => detector.on('leak', 5 as never), 'leak detector: listener must be a function, got 5'],
]

describe('bad options of a leak detector', () => {
  after(() => detector.stop())

  for (const [call, message] of table) {
    it(message, () => {
      assert.throws(call, (error: unknown) => {
        assert(error instanceof ConfigError)
        assert.equal(error.message, message)
        return true
      })
    })
  }

  it('that cannot be looked at are refused as well', () => {
    assert.throws(start(throwingProxy()), ConfigError)
    assert.throws(start({ cleanup: throwingProxy() }), ConfigError)
    assert.throws(start({ registry: throwingProxy() }), ConfigError)
    assert.throws(start({ sinks: [throwingProxy()] }), ConfigError)
  })

  it('leave the registry unwatched, and change nothing', () => {
    const own = new ResourceRegistry()
    assert.throws(start({ registry: own, heldTooLongMillis: 0 }))
    startLeakDetector({ registry: own }).stop()
  })
})
