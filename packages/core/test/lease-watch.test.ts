import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  ResourceRegistry,
  watchLeases,
  type Lease,
  type LeaseEvent,
  type LeaseRef,
  type LeaseWatch,
  type WatchOptions,
} from '../src/index.ts'
import { collectableRegistry } from './fake-finalization.ts'
import { FakeClock } from './fake-clock.ts'

/** A watch that writes down what it is told. */
function watched(
  registry: ResourceRegistry,
  options: WatchOptions = { sampling: {} },
): { watch: LeaseWatch; told: string[] } {
  const told: string[] = []
  const note =
    (what: string) =>
    ({ id }: LeaseRef, outcome?: string, error?: unknown): void =>
      void told.push(
        [
          what,
          id,
          ...(outcome === undefined ? [] : [outcome]),
          ...(error instanceof Error ? [error.name] : []),
        ].join(' '),
      )
  const watch = watchLeases(
    registry,
    { overdue: note('overdue'), unleaked: note('unleaked'), failed: note('failed') },
    options,
  )
  assert(watch)
  return { watch, told }
}

const never = (): number => Infinity

describe('a watched registry', () => {
  let clock: FakeClock
  let registry: ResourceRegistry
  const take = (more: object = {}): Lease<number> =>
    registry.track(1, { kind: 'k', name: 'n', cleanup: () => {}, ...more })

  beforeEach(() => {
    clock = new FakeClock()
    registry = new ResourceRegistry({ clock })
  })

  it('tells of each overdue lease once, and of its late release', async () => {
    const { watch, told } = watched(registry)
    const [a, b] = [take(), take({ leakThresholdMillis: 100 })]
    await clock.advance(100)
    assert.equal(watch.sweep(10, never), true)
    assert.deepEqual(told.splice(0), ['overdue 2'])
    await clock.advance(59_900)
    // Whoever else marks it takes nothing away.
    registry.stats()
    watch.sweep(10, never)
    watch.sweep(10, never)
    assert.deepEqual(told.splice(0), ['overdue 1'])
    await Promise.all([a.release(), b.release()])
    assert.deepEqual(told.splice(0), ['unleaked 1', 'unleaked 2'])
  })

  it('says nothing of the release of one that was overdue and not told', async () => {
    const { told } = watched(registry)
    const lease = take()
    await clock.advance(60_000)
    registry.stats()
    await lease.release()
    assert.deepEqual(told, [])
  })

  it('looks at no more than its budget, and goes on from there', async () => {
    const { watch, told } = watched(registry)
    for (let i = 0; i < 25; i++) take()
    await clock.advance(60_000)
    let sweeps = 1
    while (!watch.sweep(10, never)) sweeps++
    assert(sweeps >= 5, `${sweeps}`)
    assert.equal(new Set(told).size, 25)
  })

  it('tells of failures, of no success', async () => {
    const { told } = watched(registry)
    await take().release()
    await take({ cleanup: async () => {} }).release()
    await take({ strategy: 'forced', force: () => {} }).release()
    await assert.rejects(take({ cleanup: () => Promise.reject(new Error('no')) }).release())
    take({ cleanup: () => new Promise(() => {}), force: () => {} })
    const draining = registry.drain({ timeoutMillis: 50, force: true })
    await clock.advance(50)
    await draining
    assert.deepEqual(told, ['failed 4 failure CleanupError', 'failed 5 forced CleanupError'])
    const [group] = registry.stats().groups
    assert.equal(group?.outcomes.forced, 2)
  })

  it('tells of abandoned ones, also as no longer overdue', async () => {
    const { registry, collect } = collectableRegistry({ clock })
    const { watch, told } = watched(registry)
    registry.track(1, { kind: 'k', name: 'n', cleanup: () => {} })
    await clock.advance(60_000)
    watch.sweep(10, never)
    collect()
    assert.deepEqual(told, ['overdue 1', 'unleaked 1', 'failed 1 abandoned'])
  })

  it('has counts by kind and name, what a drain forced apart', async () => {
    const { watch } = watched(registry)
    take({ cleanup: () => new Promise(() => {}), force: () => {} })
    await take({ strategy: 'forced', force: () => {} }).release()
    const draining = registry.drain({ timeoutMillis: 1, force: true })
    await clock.advance(1)
    await draining
    const [group] = watch.groups()
    assert.deepEqual([group?.acquired, group?.forced, group?.forcedByDrain], [2, 2, 1])
  })

  it('samples as the watch wants while it is there, if the registry does not sample more', async () => {
    const stacks = (): boolean[] => Array.from({ length: 5 }, () => take()).map(isSampled)
    const isSampled = ({ id }: Lease<number>): boolean =>
      registry.leases({ limit: 100_000 }).find(info => info.id === id)?.stack !== undefined
    const { watch } = watched(registry, { sampling: { stacks: 1, gc: 7 } })
    assert.equal(watch.gcSampling, 7)
    assert.deepEqual(new Set(stacks()), new Set([true]))
    watch.configure({ sampling: { stacks: false } })
    assert.equal(watch.gcSampling, 128)
    assert.deepEqual(new Set(stacks()), new Set([false]))
    registry.configure({ sampling: { stacks: 1 } })
    assert.deepEqual(new Set(stacks()), new Set([true]))
    watch[Symbol.dispose]()
    assert.deepEqual(new Set(stacks()), new Set([true]))
    registry.configure({ sampling: { stacks: false } })
    watched(registry, { sampling: { stacks: 1 } }).watch[Symbol.dispose]()
    assert.deepEqual(new Set(stacks()), new Set([false]))
  })

  it('takes no more than 500 stacks a second unless each is asked for', async () => {
    const count = (): number =>
      registry.leases({ limit: 100_000 }).filter(({ stack }) => stack !== undefined).length
    const { watch } = watched(registry, { sampling: { stacks: 2 } })
    for (let i = 0; i < 3_000; i++) take()
    assert.equal(count(), 500)
    await clock.advance(1_000)
    for (let i = 0; i < 3_000; i++) take()
    assert.equal(count(), 1_000)
    watch.configure({ sampling: { stacks: 1 } })
    for (let i = 0; i < 1_000; i++) take()
    assert.equal(count(), 2_000)
  })

  it('takes the next stacks of one group', () => {
    const { watch } = watched(registry)
    take()
    const [group] = watch.groups()
    watch.sampleStacks(group!, 2)
    for (let i = 0; i < 3; i++) take({ name: 'other' })
    for (let i = 0; i < 3; i++) take()
    const sampled = registry.leases().filter(({ stack }) => stack !== undefined)
    assert.deepEqual(
      sampled.map(({ id }) => id),
      [5, 6],
    )
  })

  it('has the threshold of the watch while it is there, but for leases that have their own', async () => {
    take()
    take({ leakThresholdMillis: 50 })
    const { watch } = watched(registry, { sampling: {}, leakThresholdMillis: 10 })
    take()
    await clock.advance(20)
    assert.equal(registry.stats().overdue, 2)
    watch.configure({ sampling: {}, leakThresholdMillis: false })
    await clock.advance(1_000)
    assert.equal(registry.stats().overdue, 1)
    watch.configure({ sampling: {} })
    assert.equal(registry.stats().overdue, 1, 'a minute, the registry’s own')
    watch.configure({ sampling: {}, leakThresholdMillis: 500 })
    assert.equal(registry.stats().overdue, 3)
    watch[Symbol.dispose]()
    assert.equal(registry.stats().overdue, 1)
  })

  it('is watched by one, and again after its end, from the beginning', async () => {
    const first = watched(registry)
    assert.equal(
      watchLeases(registry, { overdue() {}, unleaked() {}, failed() {} }, { sampling: {} }),
      undefined,
    )
    const [lease, other] = [take(), take()]
    await clock.advance(60_000)
    first.watch.sweep(10, never)
    first.watch[Symbol.dispose]()
    first.watch[Symbol.dispose]()
    await other.release()
    await assert.rejects(take({ cleanup: () => Promise.reject(new Error('no')) }).release())
    assert.deepEqual(first.told.splice(0), ['overdue 1', 'overdue 2'], 'nothing after its end')
    const second = watched(registry)
    second.watch.sweep(10, never)
    await lease.release()
    assert.deepEqual(second.told, ['overdue 1', 'unleaked 1'])
    assert.deepEqual(first.told, [])
  })

  it('of another copy that cannot be watched is said to be so', () => {
    const foreign = { track() {} } as unknown as ResourceRegistry
    assert.equal(
      watchLeases(foreign, { overdue() {}, unleaked() {}, failed() {} }, { sampling: {} }),
      undefined,
    )
  })

  it('gives the lease itself at its acquisition, without hiding that it is dropped', () => {
    let event: LeaseEvent | undefined
    registry.on('acquire', each => (event = each))
    const lease = take({ leakThresholdMillis: 7 })
    const { ref } = event!
    assert.deepEqual([ref?.id, ref?.kind, ref?.name, ref?.isLive], [lease.id, 'k', 'n', true])
    assert.deepEqual([ref?.leakThresholdMillis, ref?.heldMillis(5)], [7, 5])
  })

  it('counts and tells exactly, whatever the order of taking, releasing and looking', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ take: fc.constantFrom(5, 20, undefined) }) },
      { weight: 3, arbitrary: fc.record({ release: fc.nat(10) }) },
      { weight: 4, arbitrary: fc.record({ advance: fc.nat(15) }) },
      { weight: 4, arbitrary: fc.record({ sweep: fc.integer({ min: 1, max: 100 }), old: fc.nat(60) }) },
      { weight: 1, arbitrary: fc.record({ stats: fc.constant(true) }) },
      { weight: 1, arbitrary: fc.record({ threshold: fc.constantFrom(3, 10, 30, false as const) }) },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async steps => {
        clock = new FakeClock()
        registry = new ResourceRegistry({ clock })
        const { watch, told } = watched(registry)
        const held: { lease: Lease<number>; at: number; own: number | undefined; isTold: boolean }[] = []
        let byDefault: number = 60_000
        let heard = 0
        const isOverdue = ({ at, own }: { at: number; own: number | undefined }): boolean =>
          clock.now() - at >= (own ?? byDefault)
        /** Each lease is told as overdue when it is, and as unleaked when it is so no more, in turn. */
        const hear = (): void => {
          for (; heard < told.length; heard++) {
            const [what, id] = told[heard]!.split(' ')
            const one = held.find(({ lease }) => lease.id === Number(id))
            assert(one !== undefined)
            assert.equal(one.isTold, what === 'unleaked')
            assert.equal(isOverdue(one), what === 'overdue')
            one.isTold = !one.isTold
          }
        }
        for (const each of steps) {
          if ('take' in each) {
            const lease = take({ leakThresholdMillis: each.take })
            held.push({ lease, at: clock.now(), own: each.take, isTold: false })
          } else if ('release' in each) {
            const [gone] = held.splice(each.release % Math.max(1, held.length), 1)
            if (gone === undefined) continue
            await gone.lease.release()
            assert.deepEqual(told.slice(heard), gone.isTold ? [`unleaked ${gone.lease.id}`] : [])
            heard = told.length
          } else if ('threshold' in each) {
            byDefault = each.threshold === false ? Infinity : each.threshold
            watch.configure({ sampling: {}, leakThresholdMillis: each.threshold })
          } else if ('advance' in each) await clock.advance(each.advance)
          else if ('stats' in each) {
            registry.stats()
            hear()
          } else {
            const isDone = watch.sweep(each.sweep, () => each.old)
            hear()
            if (!isDone) continue
            const overdue = held.filter(isOverdue)
            assert(held.every(one => one.isTold === isOverdue(one)))
            const [group] = watch.groups()
            if (group === undefined) continue
            const old = overdue.filter(({ at }) => clock.now() - at >= each.old)
            assert.equal(watch.old(group), old.length)
            const oldest = Math.min(...overdue.map(({ at }) => at))
            assert.equal(watch.oldestOverdueMillis(group), overdue.length === 0 ? 0 : clock.now() - oldest)
          }
        }
        const seen: number[] = []
        const since = Math.floor(watch.lastId / 2)
        for (const group of watch.groups()) watch.visitLive(group, since, ({ id }) => seen.push(id))
        const live = held.map(({ lease }) => lease.id).filter(id => id > since)
        assert.deepEqual(
          seen.sort((a, b) => a - b),
          live,
        )
      }),
      { numRuns: 200 },
    )
  }).timeout(60_000)
})
