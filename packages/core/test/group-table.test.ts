import assert from 'node:assert/strict'
import { ResourceRegistry, type GroupStats, type TrackOptions } from '../src/index.ts'
import { GroupTable } from '../src/group-table.ts'
import { OUTCOMES } from '../src/lease.ts'

const MAX = 384
const cleanup = (): void => {}

describe('the table of groups', () => {
  let registry: ResourceRegistry
  beforeEach(
    () => (registry = new ResourceRegistry({ sampling: { gc: false }, telemetry: { metrics: false } })),
  )

  const take = (kind: string, name: string, more: Partial<TrackOptions<number>> = {}): void =>
    void registry.track(1, { kind, name, cleanup, ...more }).release()
  const named = (name: string): GroupStats[] => registry.stats().groups.filter(group => group.name === name)

  it('tells 384 names apart, counts all others as _OTHER, and loses none', () => {
    for (let round = 0; round < 3; round++) for (let i = 0; i < 5_000; i++) take('k', `n${i}`)
    const { groups, acquired, outcomes } = registry.stats()
    assert.equal(groups.length, MAX + 1)
    assert.ok(groups.slice(0, MAX).every(({ name, acquired }, i) => name === `n${i}` && acquired === 3))
    assert.deepEqual(
      named('_OTHER').map(group => [group.kind, group.acquired]),
      [['k', 3 * (5_000 - MAX)]],
    )
    assert.equal(acquired, 15_000)
    assert.equal(outcomes.success, 15_000)
    for (const outcome of OUTCOMES) {
      const sum = groups.reduce((total, group) => total + group.outcomes[outcome], 0)
      assert.equal(sum, outcomes[outcome])
    }
  })

  it('keeps a known kind apart beyond, and calls an unknown one _OTHER too', () => {
    for (let i = 0; i < MAX; i++) take(i % 2 === 0 ? 'even' : 'odd', `n${i}`)
    for (const kind of ['even', 'odd', 'new', 'newer', '_OTHER']) take(kind, 'beyond')
    const others = named('_OTHER').map(({ kind, acquired }) => [kind, acquired])
    assert.deepEqual(others, [
      ['even', 1],
      ['odd', 1],
      ['_OTHER', 3],
    ])
  })

  it('does not grow with kinds either, not even those whose name is _OTHER', () => {
    for (let i = 0; i < 2_000; i++) take(`k${i}`, '_OTHER')
    const { groups, acquired } = registry.stats()
    assert.equal(groups.length, MAX + 1)
    assert.equal(acquired, 2_000)
    assert.equal(groups.at(-1)!.kind, '_OTHER')
    assert.equal(groups.at(-1)!.acquired, 2_000 - MAX)
  })

  it('does not grow with the others of kinds: five counts each fit into an SDK’s 2,000', () => {
    for (let i = 0; i < MAX; i++) take(`k${i}`, 'first')
    for (const name of ['second', 'third']) for (let i = 0; i < MAX; i++) take(`k${i}`, name)
    const { groups, acquired } = registry.stats()
    assert.equal(groups.length, MAX + 15)
    assert.ok(groups.length * OUTCOMES.length < 2_000)
    assert.equal(acquired, 3 * MAX)
    assert.deepEqual(
      named('_OTHER').map(({ kind, acquired }) => [kind, acquired]),
      [...Array.from({ length: 14 }, (_, i) => [`k${i}`, 2]), ['_OTHER', 2 * (MAX - 14)]],
    )
  })

  it('has what is not exported in the same bound, and shows both as one', () => {
    const table = new GroupTable()
    for (let i = 0; i < 1_000; i++) table.entry('k', `n${i}`, i % 2 === 0)
    assert.equal(table.exported.length, MAX / 2 + 1)
    assert.equal([...table.all()].length, MAX + 2)
    take('k', 'n')
    take('k', 'n', { telemetry: { metrics: false } })
    assert.deepEqual(
      registry.stats().groups.map(({ name, acquired }) => [name, acquired]),
      [['n', 2]],
    )
  })

  it('has one group for names that are written alike, and no name of another’s prototype', () => {
    take('k', 'a\nb')
    take('k', 'a\\u000ab')
    for (const name of ['__proto__', 'constructor', 'toString']) take(name, name)
    assert.deepEqual(
      registry.stats().groups.map(({ kind, acquired }) => [kind, acquired]),
      [
        ['k', 2],
        ['__proto__', 1],
        ['constructor', 1],
        ['toString', 1],
      ],
    )
  })

  it('holds a lease under the name that it is counted by', () => {
    for (let i = 0; i < MAX; i++) take('k', `n${i}`)
    const lease = registry.track(1, { kind: 'fresh', name: 'fresh', cleanup })
    assert.deepEqual([lease.kind, lease.name], ['_OTHER', '_OTHER'])
    assert.equal(registry.leases({ name: '_OTHER' }).length, 1)
    void lease.release()
    assert.equal(named('_OTHER')[0]!.outcomes.success, 1)
  })
})
