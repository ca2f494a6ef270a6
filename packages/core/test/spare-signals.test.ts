import assert from 'node:assert/strict'
import { ResourceRegistry } from '../src/index.ts'
import { SpareSignals } from '../src/spare-signals.ts'
import { FakeClock, turns } from './fake-clock.ts'
import { throwingProxy } from './throwing-proxy.ts'

type Cleanup = (value: unknown, signal: AbortSignal) => unknown

/** Every way to read a second parameter that a function's `length` does not tell of. */
const undeclared = (see: (signal: unknown) => unknown): Record<string, Cleanup> => ({
  arguments() {
    // eslint-disable-next-line prefer-rest-params -- that is the point
    return see(arguments[1])
  },
  rest: (...all: unknown[]) => see(all[1]),
  // oxlint-disable-next-line typescript/no-useless-default-assignment -- its length is 1: that is the point
  'default parameters': (_?: unknown, signal: unknown = null) => see(signal),
  'a rest after the value': (_, ...[signal]) => see(signal),
  // oxlint-disable-next-line no-extra-bind -- that is the point
  'a bound function': ((...all: unknown[]) => see(all.at(-1))).bind(null),
  'a Proxy': new Proxy((_: unknown, signal: AbortSignal) => see(signal), {}),
})

describe('signals of cleanups', () => {
  let clock: FakeClock
  let registry: ResourceRegistry
  beforeEach(() => {
    clock = new FakeClock()
    registry = new ResourceRegistry({ clock, cleanupTimeoutMillis: 100, cleanupGraceMillis: 10 })
  })
  const release = (cleanup: Cleanup): Promise<void> =>
    registry.track(1, { kind: 'k', name: 'n', cleanup }).release()

  for (const way of Object.keys(undeclared(() => {}))) {
    it(`are real, and abort, for a cleanup that reads its own by ${way}`, async () => {
      let seen: unknown
      let aborted: unknown
      const cleanup = undeclared(signal => {
        seen = signal
        assert.ok(signal instanceof AbortSignal)
        assert.equal(signal.aborted, false)
        signal.addEventListener('abort', () => (aborted = signal.reason))
        return new Promise(() => {})
      })[way]!
      const released = release(cleanup).catch((error: unknown) => error)
      await clock.advance(100)
      const error = await released
      assert.equal((error as { code?: string }).code, 'ERR_CLEANUP_TIMEOUT')
      assert.equal(aborted, error, 'the signal says why')
      assert.ok((seen as AbortSignal).aborted)
    })
  }

  it('that timed out abort their own cleanup only, and never serve again', async () => {
    const signals: AbortSignal[] = []
    const settle: (() => void)[] = []
    const cleanup = (...[, signal]: Parameters<Cleanup>): Promise<void> => {
      signals.push(signal)
      return new Promise(resolve => settle.push(resolve))
    }
    const all = Array.from({ length: 5 }, () => release(cleanup).catch(() => {}))
    assert.equal(new Set(signals).size, 5, 'one each while in flight')
    for (const i of [0, 1, 3, 4]) settle[i]!()
    await clock.advance(100)
    assert.deepEqual(
      signals.map(signal => signal.aborted),
      [false, false, true, false, false],
    )
    settle[2]!()
    await turns()
    for (let i = 0; i < 100; i++) void release(cleanup)
    assert.ok(signals.slice(5).every(signal => !signal.aborted && signal !== signals[2]))
    for (const each of settle) each()
    await Promise.all(all)
  })

  for (const [how, listen] of Object.entries<(signal: AbortSignal) => unknown>({
    addEventListener: signal => signal.addEventListener('abort', () => {}),
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- that is the point
    onabort: signal => (signal.onabort = () => {}),
    'AbortSignal.any': signal => AbortSignal.any([signal]),
    throwIfAborted: signal => signal.throwIfAborted(),
  })) {
    it(`that were listened to by ${how} never serve again`, async () => {
      const seen: AbortSignal[] = []
      await release((...[, signal]) => {
        seen.push(signal)
        listen(signal)
      })
      for (let i = 0; i < 100; i++) await release((...[, signal]) => void seen.push(signal))
      assert.ok(!seen.slice(1).includes(seen[0]!))
    })
  }

  it('are shared by cleanups that come one after the other and do not listen', async () => {
    const seen = new Set<AbortSignal>()
    for (let i = 0; i < 100; i++) await release((...[, signal]) => void seen.add(signal))
    assert.equal(seen.size, 1)
  })

  it('are a cleanup’s own where it declares the parameter', async () => {
    const seen = new Set<AbortSignal>()
    for (let i = 0; i < 100; i++) await release((_, signal) => void seen.add(signal))
    assert.equal(seen.size, 100)
  })

  it('never abort what was made of the signal of a cleanup that is over', async () => {
    let derived!: AbortSignal
    await release((...[, signal]) => void (derived = AbortSignal.any([signal])))
    const hung = release(() => new Promise(() => {})).catch(() => {})
    await clock.advance(100)
    await hung
    assert.equal(derived.aborted, false)
  })

  it('are kept to a bound, whatever was in flight at once', () => {
    const spares = new SpareSignals()
    const lent = Array.from({ length: 1_000 }, () => spares.lend({ length: 0 }))
    for (const controller of lent) spares.giveBack(controller)
    const again = Array.from({ length: 1_000 }, () => spares.lend({ length: 0 }))
    assert.equal(again.filter(controller => lent.includes(controller)).length, 64)
    assert.equal(new Set(again).size, 1_000)
  })

  it('are new for a function that does not tell its length', () => {
    const spares = new SpareSignals()
    const odd = throwingProxy(() => {})
    assert.notEqual(spares.lend(odd), spares.lend(odd))
  })
})
