import assert from 'node:assert/strict'
import fc from 'fast-check'
import { ResourceRegistry, type Lease, type LeaseEvent } from '../../src/index.ts'
import { OUTCOMES } from '../../src/lease.ts'
import { FakeClock } from '../fake-clock.ts'
import {
  GRACE_MILLIS,
  RegistryModel,
  TIMEOUT_MILLIS,
  type Behaviour,
  type ForceBehaviour,
} from './registry-model.ts'
import type { CleanupStrategy } from '../../src/lease.ts'

interface Held {
  readonly lease: Lease<number>
  /** Calls of the cleanup that have not settled: at most one at a time. */
  settle: { resolve(): void; reject(error: Error): void } | undefined
}

/** The real registry under test, with independent observations of its own. */
class Real {
  readonly clock: FakeClock = new FakeClock()
  readonly registry: ResourceRegistry = new ResourceRegistry({
    clock: this.clock,
    cleanupTimeoutMillis: TIMEOUT_MILLIS,
    cleanupGraceMillis: GRACE_MILLIS,
    backgroundConcurrency: 1_000,
    sampling: { gc: false },
  })
  readonly held: Held[] = []
  readonly events: LeaseEvent[] = []
  started: number = 0

  constructor() {
    this.registry.on('cleanup', event => this.events.push(event))
  }

  track(behaviour: Behaviour, strategy: CleanupStrategy, force: ForceBehaviour): void {
    const held: Held = { lease: undefined as never, settle: undefined }
    const forced = { ok: () => {}, throw: fail, none: undefined }[force]
    const lease = this.registry.track(this.held.length, {
      kind: 'model.resource',
      name: behaviour,
      strategy,
      ...(forced === undefined ? {} : { force: forced }),
      cleanup: () => this.#clean(held, behaviour),
    })
    this.held.push(Object.assign(held, { lease }))
  }

  #clean(held: Held, behaviour: Behaviour): unknown {
    this.started++
    if (behaviour === 'ok') return undefined
    if (behaviour === 'throw') return fail()
    if (behaviour === 'async-ok') return Promise.resolve()
    if (behaviour === 'async-reject') return Promise.reject(new Error('broken'))
    assert.equal(held.settle, undefined, 'a cleanup was started while one was in flight')
    return new Promise<void>((resolve, reject) => {
      held.settle = { resolve, reject }
    })
  }

  /** Lets everything run that does not wait for time. */
  turns(): Promise<void> {
    return this.clock.advance(0)
  }
}

function fail(): never {
  throw new Error('broken')
}

/** After every step: the identity, the plain model's figures, one outcome a lease. */
function check(model: RegistryModel, real: Real): void {
  const stats = real.registry.stats()
  for (const counts of [stats, ...stats.groups]) {
    const ended = OUTCOMES.reduce((sum, outcome) => sum + counts.outcomes[outcome], 0)
    assert.equal(
      counts.acquired,
      counts.live + counts.releasing + ended,
      'acquired = live + releasing + outcomes',
    )
  }
  const expected = {
    acquired: model.leases.length,
    live: model.count('live'),
    releasing: model.count('releasing'),
    ...Object.fromEntries(OUTCOMES.map(outcome => [outcome, model.count(outcome)])),
    quarantined: model.quarantined,
    lateSettled: model.lateSettled,
    doubleReleases: model.doubleReleases,
  }
  const { acquired, live, releasing, outcomes, quarantined, lateSettled, doubleReleases } = stats
  assert.deepEqual(
    { acquired, live, releasing, ...outcomes, quarantined, lateSettled, doubleReleases },
    expected,
  )
  const final = real.events.filter(event => event.late !== true)
  assert.equal(new Set(final.map(event => event.id)).size, final.length, 'one outcome a lease')
  for (const outcome of OUTCOMES) {
    assert.equal(final.filter(event => event.outcome === outcome).length, outcomes[outcome])
  }
  assert.equal(real.registry.leases({ limit: 1_000 }).filter(lease => lease.state === 'live').length, live)
}

type Command = fc.AsyncCommand<RegistryModel, Real>

/** A step that is the same on both sides, then everything compared. */
function step(name: string, run: (model: RegistryModel, real: Real) => Promise<void> | void): Command {
  return {
    check: () => true,
    run: async (model, real) => {
      await run(model, real)
      await real.turns()
      check(model, real)
    },
    toString: () => name,
  }
}

const track = fc
  .tuple(
    fc.constantFrom<Behaviour>('ok', 'throw', 'async-ok', 'async-reject', 'manual'),
    fc.constantFrom<CleanupStrategy>('immediate', 'background', 'forced'),
    fc.constantFrom<ForceBehaviour>('none', 'ok', 'throw'),
  )
  .filter(([, strategy, force]) => strategy !== 'forced' || force !== 'none')
  .map(args => ({
    ...step(`track(${args.join(', ')})`, (model, real) => {
      model.track(...args)
      real.track(...args)
    }),
    // A drain releases 16 at a time; beyond, what hangs would keep others waiting, which is not modelled.
    check: (model: Readonly<RegistryModel>) => model.count('live') < 15,
  }))

const onOne = (
  name: string,
  run: (model: RegistryModel, real: Real, i: number) => void,
): fc.Arbitrary<Command> =>
  fc.nat(50).map(n =>
    step(`${name}(${n})`, (model, real) => {
      if (model.leases.length > 0) run(model, real, n % model.leases.length)
    }),
  )

const release = onOne('release', (model, real, i) => {
  model.release(model.leases[i]!)
  const released = real.held[i]!.lease.release()
  // Nobody awaits it: a rejection must stay harmless.
  void released
})

const settle = (outcome: 'success' | 'failure'): fc.Arbitrary<Command> =>
  onOne(`settle ${outcome}`, (model, real, i) => {
    model.settle(model.leases[i]!, outcome)
    const { settle: pending } = real.held[i]!
    if (outcome === 'success') pending?.resolve()
    else pending?.reject(new Error('late or not'))
    real.held[i]!.settle = undefined
  })

const advance = fc.constantFrom(100, 200, 500, 1_000, 1_500).map(millis =>
  step(`advance(${millis})`, async (model, real) => {
    model.advance(millis)
    await real.clock.advance(millis)
  }),
)

const drain = fc.tuple(fc.constantFrom(550, 1_550), fc.boolean()).map(([timeoutMillis, force]) =>
  step(`drain(${timeoutMillis}, force ${force})`, async (model, real) => {
    for (const lease of model.leases.toReversed()) if (lease.state === 'live') model.release(lease, 'drain')
    const draining = real.registry.drain({ timeoutMillis, force })
    await real.turns()
    model.advance(timeoutMillis)
    await real.clock.advance(timeoutMillis)
    if (force) model.force()
    const report = await draining
    assert.equal(report.remaining === 0 && report.errors.length === 0, report.clean)
  }),
)

describe('the registry against the plain model', () => {
  it('counts the same after every step of any sequence', async () => {
    const commands = fc.commands(
      [track, track, release, release, settle('success'), settle('failure'), advance, drain],
      { maxCommands: 80, size: 'max' },
    )
    await fc.assert(
      fc.asyncProperty(commands, async cmds => {
        const real = new Real()
        await fc.asyncModelRun(() => ({ model: new RegistryModel(), real }), cmds)
        // All that hangs is settled at last: nothing may be left, and no timer.
        for (const { settle: pending } of real.held) pending?.resolve()
        const draining = real.registry.drain({ timeoutMillis: 0 })
        await real.clock.advance(5)
        await draining
        for (const { settle: pending } of real.held) pending?.resolve()
        await real.turns()
        const { live, releasing, quarantined } = real.registry.stats()
        assert.deepEqual({ live, releasing, quarantined }, { live: 0, releasing: 0, quarantined: 0 })
        assert.equal(real.clock.pending, 0, 'no timer waits')
      }),
      { numRuns: Number(process.env.LEASEHOLD_MODEL_RUNS ?? 300) },
    )
  }).timeout(60_000)
})
