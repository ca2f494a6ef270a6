import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ResourceRegistry } from '../src/index.ts'
import { GcWatch, type Finalization } from '../src/gc-watch.ts'
import type { LeaseRecord } from '../src/lease-record.ts'

const program = fileURLToPath(new URL('programs/collected.mjs', import.meta.url))

describe('garbage collection, for real', () => {
  let seen: Record<string, never>

  before(async function () {
    this.timeout(40_000)
    const flags = ['--expose-gc', '--conditions=leasehold-source', '--import=tsx']
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, program])
    seen = JSON.parse(stdout) as typeof seen
  })

  it('finds every dropped lease where all are watched, and none that is held', () => {
    assert.deepEqual(seen['dropped'], {
      success: 0,
      failure: 0,
      timeout: 0,
      abandoned: 10,
      forced: 0,
      live: 1,
      told: 10,
    })
  })

  it('leaves their resources to a drain, which cleans them up; their outcome stays', () => {
    assert.equal(seen['cleaned'], 11)
    assert.equal(seen['kept'], 'released')
    assert.deepEqual(seen['afterwards'], { success: 1, failure: 0, timeout: 0, abandoned: 10, forced: 0 })
  })

  it('finds nothing among 100,000 correct leases', () => {
    assert.deepEqual(seen['correct'], { success: 100_000, failure: 0, timeout: 0, abandoned: 0, forced: 0 })
  })

  it('finds nothing among those that only a scope holds', () => {
    assert.deepEqual(seen['scoped'], { success: 3, failure: 0, timeout: 0, abandoned: 0, forced: 0 })
  })

  it('takes a registry that nobody holds, and leaves what it counted', () => {
    assert.deepEqual(seen['gone'], { isCollected: true, counted: 3 })
  })
})

describe('the watch for collected handles', () => {
  class FakeFinalization implements Finalization {
    readonly watched: Map<LeaseRecord, LeaseRecord> = new Map()
    callback: (record: LeaseRecord) => void = () => {}
    register(_: WeakKey, record: LeaseRecord, token: LeaseRecord): void {
      this.watched.set(token, record)
    }
    unregister(token: LeaseRecord): void {
      this.watched.delete(token)
    }
  }
  const record = (isLive: boolean): LeaseRecord => ({ isLive, extras: undefined }) as LeaseRecord

  it('tells of a live record, and of no other: the callback may come after the release', () => {
    const fake = new FakeFinalization()
    const told: LeaseRecord[] = []
    const watch = new GcWatch(
      found => told.push(found),
      callback => {
        fake.callback = callback
        return fake
      },
    )
    const [live, released] = [record(true), record(false)]
    watch.watch({}, live)
    watch.watch({}, released)
    for (const each of fake.watched.values()) fake.callback(each)
    assert.deepEqual(told, [live])
    watch.unwatch(live)
    assert.equal(fake.watched.has(live), false)
  })

  it('takes about one in N', () => {
    const registry = new ResourceRegistry({ sampling: { gc: 4, stacks: 4 } })
    const leases = Array.from({ length: 10_000 }, () =>
      registry.track(1, { kind: 'k', name: 'n', cleanup() {} }),
    )
    const sampled = registry.leases({ limit: 100_000 }).filter(lease => lease.stack !== undefined).length
    assert.ok(sampled > 2_000 && sampled < 3_000, `${sampled} of ${leases.length}`)
  })
})
