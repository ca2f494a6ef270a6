import assert from 'node:assert/strict'
import { isLeaseholdError, ResourceRegistry, withScope } from '../src/index.ts'
import { OUTCOMES } from '../src/lease.ts'
import { describeError, describeValue, errorName, safeText } from '../src/foreign-value.ts'
import { nearestName } from '../src/nearest-name.ts'

const fail = (): never => {
  throw new Error('touched')
}
/** Throws at every look. */
const evil = new Proxy(function () {}, {
  get: fail,
  set: fail,
  has: fail,
  ownKeys: fail,
  getPrototypeOf: fail,
  getOwnPropertyDescriptor: fail,
  apply: fail,
}) as never
class Own extends Promise<void> {}
const { proxy: revoked, revoke } = Proxy.revocable({}, {})
revoke()

describe('values that throw when looked at', () => {
  const unhandled: unknown[] = []
  const note = (error: unknown): void => void unhandled.push(error)
  let registry: ResourceRegistry

  beforeEach(() => {
    registry = new ResourceRegistry({ cleanupTimeoutMillis: 1_000 })
    process.on('unhandledRejection', note)
  })
  afterEach(async () => {
    await new Promise(resolve => setImmediate(resolve))
    process.off('unhandledRejection', note)
    assert.deepEqual(unhandled.splice(0), [])
    const { acquired, live, releasing, outcomes } = registry.stats()
    assert.equal(acquired, live + releasing + OUTCOMES.reduce((sum, outcome) => sum + outcomes[outcome], 0))
    assert.deepEqual({ acquired, live, releasing }, { acquired: 1, live: 0, releasing: 0 })
  })

  const release = (cleanup: unknown, value: unknown = 1): Promise<string> =>
    registry
      .track(value, { kind: 'k', name: 'n', cleanup: cleanup as () => void })
      .release()
      .then(
        () => 'success',
        (error: { code: string }) => error.code,
      )

  for (const hostile of [evil, revoked]) {
    const what = hostile === evil ? 'a Proxy that throws' : 'a revoked Proxy'
    it(`may be a value: ${what}`, async () => assert.equal(await release(() => {}, hostile), 'success'))
    it(`may be returned: ${what}`, async () =>
      assert.equal(await release(() => hostile), 'ERR_CLEANUP_FAILED'))
    it(`may be thrown: ${what}`, async () =>
      assert.equal(
        await release(() => {
          throw hostile as Error
        }),
        'ERR_CLEANUP_FAILED',
      ))
    it(`may be rejected with: ${what}`, async () =>
      assert.equal(await release(() => Promise.reject(hostile as Error)), 'ERR_CLEANUP_FAILED'))
    it(`are no error of ours: ${what}`, async () => {
      assert.equal(isLeaseholdError(hostile), false)
      await release(() => {})
    })
  }

  it('may be the cleanup itself', async () => assert.equal(await release(evil), 'ERR_CLEANUP_FAILED'))
  it('may be what a listener throws', async () => {
    registry.on('cleanup', () => {
      throw evil as Error
    })
    assert.equal(await release(() => {}), 'success')
    assert.equal(registry.stats().listenerErrors, 1)
  })
  it('may be what a scope’s cleanup throws', async () => {
    const cleanup = (): never => {
      throw evil as Error
    }
    const scoped = withScope(scope => void scope.track(1, { kind: 'k', name: 'n', cleanup }), { registry })
    await assert.rejects(scoped, { code: 'ERR_CLEANUP_FAILED' })
  })

  for (const [what, promise, outcome] of [
    ['of a class of its own', () => Own.resolve(), 'success'],
    [
      'whose constructor throws',
      () => Object.defineProperty(Promise.resolve(), 'constructor', { get: fail }),
      'ERR_CLEANUP_FAILED',
    ],
    // oxlint-disable-next-line unicorn/no-thenable -- that is the point
    ['whose then is another', () => Object.assign(Promise.resolve(), { then: fail }), 'success'],
    ['behind a Proxy', () => new Proxy(Promise.resolve(), {}), 'ERR_CLEANUP_FAILED'],
  ] as const) {
    it(`a promise ${what} ends in ${outcome}`, async () => assert.equal(await release(promise), outcome))
  }

  for (const [what, then, outcome] of [
    ['calls back twice', (ok: () => void, bad: (e: unknown) => void) => (ok(), ok(), bad(evil)), 'success'],
    ['throws after it called back', (ok: () => void) => (ok(), fail()), 'success'],
    ['throws', fail, 'ERR_CLEANUP_FAILED'],
    ['rejects at once', (_: unknown, bad: (e: unknown) => void) => bad(evil), 'ERR_CLEANUP_FAILED'],
  ] as const) {
    it(`a thenable that ${what} ends in ${outcome}`, async () => {
      // oxlint-disable-next-line unicorn/no-thenable -- that is the point
      assert.equal(await release(() => ({ then })), outcome)
    })
  }
})

describe('what is said of foreign values', () => {
  it('is one line, bounded and harmless', () => {
    assert.equal(safeText('a\u202eb\u2028c\ud800'), 'a\\u202eb\\u2028c\\ud800')
    assert.equal(safeText('x'.repeat(1e6)).length, 256)
    assert.equal(safeText('\n'.repeat(300)).length, 256)
    assert.equal(safeText('😀'), '😀')
  })

  it('names errors, whatever they are', () => {
    const named = Object.assign(new Error('x'), { name: '' })
    assert.deepEqual(
      [new RangeError('x'), null, undefined, 'x', 4, {}, named, evil, revoked].map(errorName),
      ['RangeError', 'null', 'undefined', 'string', 'number', 'Object', 'Object', 'function', 'unreadable'],
    )
  })

  it('describes errors in a line, with a code that the message lacks', () => {
    const busy = Object.assign(new Error('resource busy'), { code: 'EBUSY' })
    assert.equal(describeError(busy), 'Error: resource busy (EBUSY)')
    assert.equal(describeError(new Error('')), 'Error: no message')
    assert.equal(describeError('text'), '"text"')
    assert.equal(describeError(revoked), 'an unreadable value')
  })

  it('describes values', () => {
    assert.deepEqual([-0, 3n, [1], {}, null, true, undefined, fail, Symbol('s')].map(describeValue), [
      '-0',
      '3n',
      'an array',
      'an object',
      'null',
      'true',
      'undefined',
      'a function',
      'a symbol',
    ])
  })

  it('offers the nearest known name, and none that is far', () => {
    const known = ['timeoutMillis', 'max', 'min', 'strategy']
    assert.deepEqual(
      ['timeoutMilis', 'tiemoutMillis', 'maxx', 'MIN', 'startegy', 'onLeak', ''].map(each =>
        nearestName(each, known),
      ),
      ['timeoutMillis', 'timeoutMillis', 'max', 'min', 'strategy', undefined, undefined],
    )
  })
})
