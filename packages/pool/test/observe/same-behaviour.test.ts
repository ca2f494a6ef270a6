import assert from 'node:assert/strict'
import { ResourceRegistry } from '@leasehold/core'
import fc from 'fast-check'
import { MetricsSdk, TracingSdk } from '../../../core/test/telemetry/sdk.ts'
import { run, type Ending, type Script, type Step } from './side-by-side.ts'

const nth = fc.nat({ max: 5 })
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('acquire' as const),
      priority: fc.nat({ max: 2 }),
      dropped: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('release' as const), nth }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('destroy' as const, 'again' as const), nth }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('use' as const),
      fails: fc.constantFrom('no' as const, 'reject' as const, 'throw' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('settle' as const), ok: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('advance' as const), millis: fc.constantFrom(1, 50, 200, 1_000) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('turn' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('clear' as const, 'drain' as const) }) },
)

const endings = (...some: Ending[]): fc.Arbitrary<Ending[]> =>
  fc.array(fc.constantFrom(...some), { maxLength: 8 })

const scripts = (creates: fc.Arbitrary<Ending[]>): fc.Arbitrary<Script> =>
  fc.record({
    options: fc
      .record({
        max: fc.integer({ min: 1, max: 4 }),
        min: fc.nat({ max: 2 }),
        testOnBorrow: fc.boolean(),
        fifo: fc.boolean(),
        autostart: fc.boolean(),
        priorityRange: fc.constantFrom(1, 3),
        maxWaitingClients: fc.constantFrom(2, 100),
        acquireTimeoutMillis: fc.constantFrom(100, 5_000),
        destroyTimeoutMillis: fc.constantFrom(100, 5_000),
        evictionRunIntervalMillis: fc.constantFrom(0, 150),
        idleTimeoutMillis: fc.constant(100),
      })
      // A min that a throwing create must fill throws in the constructor: there is no pool to observe then.
      .map(options => ({ ...options, min: Math.min(options.min, options.max) })),
    creates,
    validates: endings('ok', 'ok', 'slow', 'reject', 'throw', 'false', 'thenable'),
    destroys: endings('ok', 'ok', 'slow', 'reject', 'thenable'),
    steps: fc.array(step, { maxLength: 40 }),
  })

describe('an observed generic-pool', () => {
  let sdks: Disposable[]
  beforeEach(() => {
    sdks = [new TracingSdk(), new MetricsSdk()]
  })
  afterEach(() => {
    for (const sdk of sdks) sdk[Symbol.dispose]()
  })

  it('does what a bare one does, whatever is done to it', async function () {
    this.timeout(120_000)
    const creates = endings('ok', 'ok', 'slow', 'reject', 'throw', 'same', 'number', 'thenable')
    await fc.assert(
      fc.asyncProperty(scripts(creates), async script => {
        const options = { ...script.options, ...(script.creates.includes('throw') ? { min: 0 } : {}) }
        const bare = await run({ ...script, options })
        const observed = await run({ ...script, options }, new ResourceRegistry())
        assert.deepEqual(observed.log, bare.log)
      }),
      { numRuns: 400 },
    )
  })

  it('is accounted as it is, whatever is done to it', async function () {
    this.timeout(120_000)
    await fc.assert(
      fc.asyncProperty(scripts(endings('ok', 'ok', 'slow', 'reject', 'same', 'number')), async script => {
        // What throws leaves requests behind that are served though nobody knows of them.
        const validates = script.validates.filter(ending => ending !== 'throw')
        const steps = script.steps.map(each => (each.do === 'acquire' ? { ...each, dropped: false } : each))
        const registry = new ResourceRegistry()
        const { pool, created, lent, returned } = await run({ ...script, validates, steps }, registry)
        const { groups } = registry.stats()
        const of = (kind: string) => groups.find(group => group.kind === kind) ?? { acquired: 0, live: 0 }
        assert.deepEqual([of('pool.loan').acquired, of('pool.loan').live], [lent, lent - returned])
        const { _allObjects } = pool as unknown as { _allObjects: Set<unknown> }
        assert.deepEqual(
          [of('pool.resource').acquired, of('pool.resource').live],
          [created, _allObjects.size],
        )
      }),
      { numRuns: 300 },
    )
  })
})
