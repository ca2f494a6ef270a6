import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { turns } from '../fake-clock.ts'
import { heapLimitFacts, oldLimitOf } from '../../src/memory/heap-limit.ts'
import { heapSource } from '../../src/memory/heap-source.ts'
import { watchMajorCollections, type CollectionWatching } from '../../src/memory/major-collections.ts'

const MIB = 2 ** 20

describe('the heap as a source of memory pressure', () => {
  let used: number
  let now: number
  let watchers: (() => void)[]
  /** undefined: all that were. */
  let heardUntil: number | undefined
  let read: () => string
  beforeEach(() => {
    used = 40
    now = 0
    watchers = []
    heardUntil = undefined
    const source = heapSource(
      () => ({ usedBytes: used, limitBytes: 100 }),
      collected => {
        watchers.push(collected)
        return {
          heardUntil: () => heardUntil ?? now,
          [Symbol.dispose]: () => void (watchers = watchers.filter(other => other !== collected)),
        }
      },
      () => now,
    )
    read = () => source.read()
  })

  function collect(left: number): void {
    used = left
    for (const collected of watchers) collected()
  }

  it('is what is used against the limit, as long as no collection is known of', () => {
    const at = (bytes: number): string =>
      heapSource(() => ({ usedBytes: bytes, limitBytes: 100 }), noWatch).read()
    assert.deepEqual([50, 74, 75, 87, 88, 200].map(at), [
      'nominal',
      'nominal',
      'warning',
      'warning',
      'critical',
      'critical',
    ])
    assert.equal(heapSource(() => ({ usedBytes: 50, limitBytes: 0 }), noWatch).read(), 'nominal')
  })

  it('is what a collection has left, not the garbage since', () => {
    used = 76
    assert.equal(read(), 'warning')
    collect(76)
    assert.equal(read(), 'warning')
    used = 80
    assert.equal(read(), 'warning')
    collect(89)
    assert.equal(read(), 'critical')
    collect(60)
    used = 74
    assert.equal(read(), 'nominal')
    used = 76
    assert.equal(read(), 'warning', 'more than half way to what is critical: V8 must have collected')
    collect(73)
    used = 80
    assert.equal(read(), 'nominal', 'the 7 more may be garbage')
  })

  it('is what is used again where V8 must have collected, but the loop has not turned', () => {
    used = 60
    read()
    collect(60)
    used = 74
    assert.equal(read(), 'nominal')
    used = 87
    assert.equal(read(), 'warning')
    used = 89
    assert.equal(read(), 'critical')
  })

  it('is as short as what is used as long as V8 has not been heard of', () => {
    used = 76
    assert.equal(read(), 'warning')
    used = 88
    assert.equal(read(), 'critical', 'far from half way to the limit')
  })

  it('is not short for young garbage that comes and goes without a major collection', () => {
    for (now = 0; now < 6_000; now += 100) {
      used = now % 200 === 0 ? 110 : 80
      read()
    }
    used = 110
    assert.equal(read(), 'nominal')
    used = 111
    assert.equal(read(), 'critical', 'it has never been so much')
  })

  it('is less at once when less is used', () => {
    used = 90
    assert.equal(read(), 'critical')
    used = 80
    assert.equal(read(), 'warning')
    used = 60
    assert.equal(read(), 'nominal')
  })

  it('is not short for what was left when nobody has needed a collection for five seconds', () => {
    used = 90
    read()
    collect(90)
    now = 4_999
    assert.equal(read(), 'critical')
    collect(90)
    now = 9_998
    assert.equal(read(), 'critical', 'it was confirmed')
    now = 9_999
    assert.equal(read(), 'nominal')
    used = 94
    assert.equal(read(), 'nominal', 'this may be garbage')
    used = 95.1
    assert.equal(read(), 'critical', 'beyond half way to the limit it collects')
  })

  it('does not take a program that does not let the loop turn for one that needs no collection', () => {
    used = 90
    read()
    heardUntil = 100
    now = 60_000
    assert.equal(read(), 'critical')
    heardUntil = 60_000
    assert.equal(read(), 'nominal')
  })

  it('watches for collections only while much is used, and somebody asks', () => {
    read()
    assert.equal(watchers.length, 0)
    used = 90
    read()
    read()
    assert.equal(watchers.length, 1)
    collect(49)
    assert.equal(watchers.length, 0)
    used = 90
    read()
    now = 6_000
    collect(90)
    assert.equal(watchers.length, 0)
    read()
    assert.equal(watchers.length, 1)
  })

  it('hears of V8’s own collections', async () => {
    setFlagsFromString('--expose-gc')
    const collectNow = runInNewContext('gc') as () => void
    let heard = 0
    const watching = watchMajorCollections(() => heard++)
    collectNow()
    // What is told of is told when the loop turns, and keeps no loop turning.
    for (let i = 0; i < 100; i++) await turns(1)
    watching[Symbol.dispose]()
    assert(heard > 0)
  })
})

describe('the limit of the old objects of a heap', () => {
  const facts = { wholeBytes: 4_144 * MIB, flags: '', workerMib: undefined, v8: '11.3.244.8-node.38' }
  const limit = (more: object): number => oldLimitOf({ ...facts, ...more }) / MIB

  it('is what was asked for', () => {
    assert.equal(limit({ flags: '--max-old-space-size=64', wholeBytes: 256 * MIB, v8: '13.6' }), 64)
    assert.equal(limit({ flags: '--max_old_space_size 100 --expose-gc --max-old-space-size=200' }), 200)
    assert.equal(limit({ workerMib: 32, flags: '--max-old-space-size=64' }), 32)
  })

  it('else V8’s sum without its largest young generation, or half of a small one', () => {
    assert.equal(limit({}), 4_096)
    assert.equal(limit({ wholeBytes: 4_288 * MIB, v8: '13.6.233.17-node.53' }), 4_096)
    assert.equal(limit({ wholeBytes: 60 * MIB }), 30)
    assert.equal(limit({ flags: '--max-old-space-size=99999' }), 4_096, 'more than V8 has taken')
    assert.equal(limit({ flags: '--max-old-space-size=0' }), 4_096)
  })

  it('is this process’s', () => {
    const { flags, workerMib, v8 } = heapLimitFacts(1)
    assert.equal(typeof flags, 'string')
    assert.equal(workerMib, undefined)
    assert.equal(v8, process.versions.v8)
  })
})

function noWatch(): CollectionWatching {
  return { heardUntil: () => 0, [Symbol.dispose]: () => {} }
}
