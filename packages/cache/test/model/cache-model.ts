import assert from 'node:assert/strict'
import { ResourceRegistry } from '@leasehold/core'
import { FakeClock, turns } from '../../../core/test/fake-clock.ts'
import { createCache, type Cache, type CacheLease, type RemovalReason } from '../../src/index.ts'

/** One thing that is done to the cache; `n` chooses among what it may be done to. */
export interface Step {
  readonly op: Operation
  readonly key: number
  readonly n: number
}

export const OPERATIONS = [
  'set',
  'set again',
  'get',
  'peek',
  'delete',
  'fetch',
  'fetch and abort',
  'lease',
  'fetch lease',
  'release',
  'answer a load',
  'end a disposal',
  'trim',
  'resize',
  'advance',
  'clear',
] as const
type Operation = (typeof OPERATIONS)[number]

/** How the cache of a run is limited. */
export interface Limits {
  readonly maxEntries: number
  readonly maxBytes: number
  readonly ttlMillis: number
  readonly staleMillis: number
}

/** A value, and all that becomes of it. */
interface Jar {
  readonly id: number
  readonly bytes: number
  /** The cache has taken it, and owes it an end. */
  isTaken: boolean
  /** Its load was detached: it must never be in the cache. */
  isBarred: boolean
  /** Callers of `fetch` have it. */
  isShared: boolean
  loans: number
  key: string | undefined
  goneAt: number
  /** In which operation it was seen to have left, and with which reasons it may have. */
  mayHaveLeftBy: Set<RemovalReason> | undefined
  endedBy: RemovalReason | undefined
}

interface Answer {
  readonly key: string
  detachedBy: RemovalReason | undefined
  readonly settle: (jar: Jar | Error) => void
}

/**
 * A cache, and beside it what must be true of it, looked at after each step and within each callback: the limits hold;
 * whatever is found is the latest that was set; each value is there, lent, or ended once, with a reason that fits what
 * was done when it left. Its `dispose` and `load` throw, reject, hang, and use the cache themselves.
 */
export class CacheModel {
  readonly clock: FakeClock = new FakeClock()
  readonly registry: ResourceRegistry = new ResourceRegistry({
    clock: this.clock,
    cleanupGraceMillis: 10,
    sampling: { gc: false, stacks: false },
  })
  readonly cache: Cache<string, Jar>
  disposals: number = 0
  readonly #limits: Limits
  /** The latest value of each key; whether it is still there the cache decides. */
  readonly #latest: Map<string, Jar> = new Map()
  /** Taken, and not ended yet. */
  readonly #open: Set<Jar> = new Set()
  /** What loads have answered: somebody has got it, or it is ended. */
  readonly #loaded: Jar[] = []
  #answers: Answer[] = []
  #hanging: (() => void)[] = []
  #leases: { lease: CacheLease<Jar>; jar: Jar }[] = []
  #doing: { op: Operation | 'close'; key: string | undefined } = { op: 'advance', key: undefined }
  #depth: number = 0
  /** Of a callback: whoever called it must not feel it, so that it would go unnoticed. */
  #failure: unknown
  #jars: number = 0
  #now: number = 0

  constructor(limits: Limits) {
    this.#limits = limits
    const { clock, registry } = this
    this.cache = createCache<string, Jar>({
      name: 'model',
      clock,
      registry,
      pressure: false,
      maxEntries: limits.maxEntries,
      maxBytes: limits.maxBytes,
      ttlMillis: limits.ttlMillis,
      staleWhileRevalidateMillis: limits.staleMillis,
      negativeTtlMillis: 5,
      loadTimeoutMillis: 40,
      disposeTimeoutMillis: 30,
      telemetry: { metrics: false },
      sizeOf: jar => {
        this.#noticing(() => this.#inspect())
        return jar.bytes
      },
      load: key => {
        this.#noticing(() => this.#inspect())
        return this.#load(key)
      },
      dispose: (jar, reason) => {
        this.#noticing(() => this.#ended(jar, reason))
        return this.#dispose(jar)
      },
    })
  }

  async step({ op, key, n }: Step): Promise<void> {
    this.#within(op, `k${key}`, () => this.#do(op, `k${key}`, n))
    if (op === 'advance') {
      this.#now += n % 20
      await this.clock.advance(n % 20)
      this.#observe()
    } else if (n % 8 === 0) {
      await turns(1)
      this.#observe()
    }
    this.#rethrow()
  }

  /** Closes, lets everything end, and settles the accounts. */
  async finish(): Promise<void> {
    // Of loads that have been answered since the last step.
    this.#observe()
    this.#doing = { op: 'close', key: undefined }
    const closed = this.cache.close()
    this.#observe()
    await turns()
    for (const { lease, jar } of this.#leases.splice(0)) {
      jar.loans--
      void lease.release()
    }
    for (const answer of this.#answers.splice(0)) answer.settle(this.#jar())
    await turns()
    for (const end of this.#hanging.splice(0)) end()
    await this.clock.advance(100)
    await closed
    await turns()
    this.#rethrow()
    for (const jar of this.#open) assert.fail(`jar ${jar.id} of ${jar.key} was taken, and never ended`)
    for (const jar of this.#loaded) {
      assert(
        jar.endedBy !== undefined || jar.isShared,
        `jar ${jar.id} was loaded for nobody, and never ended`,
      )
    }
    const { size, bytes } = this.cache
    assert.deepEqual([size, bytes, this.cache.stats().retired], [0, 0, { entries: 0, bytes: 0 }])
    const entries = this.registry.stats().groups.find(({ kind }) => kind === 'cache.entry')
    if (entries !== undefined) {
      const { acquired, live, releasing } = entries
      assert.deepEqual([acquired, live, releasing], [this.disposals, 0, 0])
    }
    const loans = this.registry.stats().groups.find(({ kind }) => kind === 'cache.loan')
    assert.equal(loans?.live ?? 0, 0)
  }

  #within(op: Operation, key: string, fn: () => void): void {
    const before = this.#doing
    this.#observe()
    this.#doing = { op, key }
    this.#depth++
    fn()
    this.#observe()
    this.#depth--
    this.#doing = before
  }

  #do(op: Operation, key: string, n: number): void {
    const { cache } = this
    switch (op) {
      case 'set':
        this.#set(key, this.#jar(n % 13), n % 5 === 0 ? 1 + (n % 30) : undefined)
        break
      case 'set again': {
        const jar = cache.peek(key)
        if (jar !== undefined) this.#setAgain(key, jar)
        break
      }
      case 'get':
        this.#found(key, cache.get(key))
        break
      case 'peek':
        assert.equal(cache.has(key), cache.peek(key) !== undefined)
        this.#found(key, cache.peek(key))
        break
      case 'delete':
        this.#detach(key, 'deleted')
        cache.delete(key)
        assert.equal(cache.has(key), false)
        break
      case 'clear':
        if (n % 16 !== 0) break
        for (const { key } of this.#answers) this.#detach(key, 'cleared')
        cache.clear()
        if (this.#depth === 1 && this.#hasNoLife()) assert.equal(cache.size, 0)
        break
      case 'fetch':
        this.#take(cache.fetch(key))
        break
      case 'fetch and abort': {
        const controller = new AbortController()
        this.#take(cache.fetch(key, { signal: controller.signal }))
        controller.abort()
        break
      }
      case 'lease': {
        const lease = cache.lease(key)
        if (lease !== undefined) this.#lent(lease)
        break
      }
      case 'fetch lease':
        cache.fetchLease(key).then(
          lease => this.#noticing(() => this.#lent(lease)),
          () => {},
        )
        break
      case 'release': {
        const [entry] = this.#leases.splice(n % (this.#leases.length || 1), 1)
        if (entry === undefined) break
        assert.equal(entry.lease.value, entry.jar)
        entry.jar.loans--
        void entry.lease.release()
        break
      }
      case 'answer a load': {
        const [answer] = this.#answers.splice(n % (this.#answers.length || 1), 1)
        answer?.settle(n % 4 === 0 ? new Error('no') : this.#jar(n % 13))
        break
      }
      case 'end a disposal':
        this.#hanging.shift()?.()
        break
      case 'trim':
        cache.trim(n % 2 === 0 ? { toFraction: (n % 5) / 4 } : { toBytes: n % 40 })
        break
      case 'resize':
        if (this.#depth > 1) break
        cache.resize({
          maxEntries: 1 + (n % this.#limits.maxEntries),
          maxBytes: 1 + ((n * 7) % this.#limits.maxBytes),
        })
        break
      case 'advance':
        break
    }
  }

  #set(key: string, jar: Jar, ttlMillis: number | undefined): void {
    this.#detach(key, 'replaced')
    this.#taken(jar, key, ttlMillis ?? this.#limits.ttlMillis)
    const old = this.#latest.get(key)
    if (old !== undefined) old.mayHaveLeftBy ??= this.#reasons(old)
    this.#latest.set(key, jar)
    const isIn = this.cache.set(key, jar, ttlMillis === undefined ? undefined : { ttlMillis })
    if (!isIn) {
      jar.mayHaveLeftBy ??= new Set(['bytes'])
      assert(jar.bytes > this.cache.stats().maxBytes)
    }
  }

  #setAgain(key: string, jar: Jar): void {
    this.#detach(key, 'replaced')
    jar.goneAt = this.#now + this.#limits.ttlMillis + this.#limits.staleMillis
    if (jar.bytes <= this.cache.stats().maxBytes) assert.equal(this.cache.set(key, jar), true)
  }

  #detach(key: string, reason: RemovalReason): void {
    for (const answer of this.#answers) if (answer.key === key) answer.detachedBy ??= reason
  }

  #taken(jar: Jar, key: string, ttlMillis: number): void {
    assert(!jar.isBarred, 'a stale load never overwrites what was set since')
    jar.isTaken = true
    jar.key = key
    jar.goneAt = this.#now + ttlMillis + this.#limits.staleMillis
    this.#open.add(jar)
  }

  /** What a key is found to have must be the latest, and whole. */
  #found(key: string, jar: Jar | undefined): void {
    if (jar === undefined) return
    assert.equal(jar.endedBy, undefined, 'what is found has not been ended')
    assert.equal(jar, this.#latest.get(key), `${key} has its latest value`)
    assert(jar.goneAt > this.#now, 'what is found is not out of date')
  }

  #lent(lease: CacheLease<Jar>): void {
    const jar = lease.value
    assert.equal(jar.endedBy, undefined)
    jar.loans++
    this.#leases.push({ lease, jar })
  }

  #take(asked: Promise<Jar>): void {
    asked.then(
      jar => {
        jar.isShared = true
        this.#noticing(() =>
          assert(jar.endedBy === undefined || !jar.isBarred, 'what only callers have is theirs'),
        )
      },
      () => {},
    )
  }

  #load(key: string): Jar | Promise<Jar> {
    const { id } = this.#jar()
    if (id % 11 === 0) throw new Error('thrown')
    if (id % 13 === 0 && this.#depth < 3) {
      this.#noticing(() => this.#within('set', key, () => this.#do('set', key, id)))
    }
    return new Promise((resolve, reject) => {
      const answer: Answer = {
        key,
        detachedBy: undefined,
        settle: jar => {
          if (jar instanceof Error) reject(jar)
          else {
            this.#loaded.push(jar)
            jar.isBarred = answer.detachedBy !== undefined
            resolve(jar)
          }
        },
      }
      this.#answers.push(answer)
    })
  }

  #ended(jar: Jar, reason: RemovalReason): void {
    this.#observe()
    this.disposals++
    assert.equal(jar.endedBy, undefined, `jar ${jar.id} is ended once`)
    assert.equal(jar.loans, 0, 'what is lent is not ended')
    jar.endedBy = reason
    if (jar.isTaken) {
      assert(jar.mayHaveLeftBy !== undefined, `jar ${jar.id} has left`)
      assert(
        jar.mayHaveLeftBy.has(reason),
        `${reason} of ${[...jar.mayHaveLeftBy].join()} (${this.#doing.op})`,
      )
    } else assert(!jar.isShared, 'what callers have is not ended')
    this.#open.delete(jar)
  }

  #dispose(jar: Jar): unknown {
    if (jar.id % 5 === 0) throw new Error('thrown')
    if (jar.id % 7 === 0) return Promise.reject(new Error('rejected'))
    if (jar.id % 9 === 0) return new Promise<void>(resolve => this.#hanging.push(resolve))
    if (jar.id % 6 === 0 && this.#depth < 3 && this.#doing.op !== 'close') {
      const op = OPERATIONS[jar.id % 5]!
      const key = `k${jar.id % 12}`
      this.#noticing(() => this.#within(op, key, () => this.#do(op, key, jar.id)))
    }
    return undefined
  }

  #noticing(fn: () => void): void {
    try {
      fn()
    } catch (error) {
      this.#failure ??= error
    }
  }

  #rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure
  }

  /** Limits and sums, which hold at every instant. */
  #inspect(): void {
    const { entries, maxEntries, bytes, maxBytes, sets, evictions } = this.cache.stats()
    assert(entries <= maxEntries, `${entries} entries of at most ${maxEntries}`)
    assert(bytes <= maxBytes, `${bytes} bytes of at most ${maxBytes}`)
    assert(entries >= 0 && bytes >= 0)
    let removed = 0
    for (const reason in evictions) removed += evictions[reason as RemovalReason]
    assert.equal(sets, entries + removed)
  }

  /** Notes which of the latest values have left, and by what that may have been. */
  #observe(): void {
    this.#inspect()
    for (const [key, known] of this.#latest) {
      const there = this.cache.peek(key)
      if (there === known) continue
      if (known.mayHaveLeftBy === undefined) known.mayHaveLeftBy = this.#reasons(known)
      // What is there instead was loaded: only then may the cache have what was not set.
      if (there === undefined) {
        if (known.goneAt > this.#now || known.endedBy !== undefined) this.#latest.delete(key)
        continue
      }
      assert(!there.isTaken, `${key} has an older value again`)
      this.#taken(there, key, this.#limits.ttlMillis)
      this.#latest.set(key, there)
    }
    for (const [key, there] of this.cache.entries()) {
      if (this.#latest.has(key)) continue
      assert(!there.isTaken, `${key} has a value that had left`)
      this.#taken(there, key, this.#limits.ttlMillis)
      this.#latest.set(key, there)
    }
  }

  #reasons(jar: Jar): Set<RemovalReason> {
    const { op, key } = this.#doing
    const reasons = new Set<RemovalReason>()
    if (jar.goneAt <= this.#now) reasons.add('expired')
    if (op === 'close') reasons.add('closed')
    else if (op === 'clear') reasons.add('cleared')
    else if (op === 'delete') reasons.add('deleted')
    else if (op === 'trim' || op === 'resize') reasons.add('size').add('bytes')
    else {
      // A set, or a load that was answered, in this turn or in a later one.
      if (op !== 'set' || key === jar.key) reasons.add('replaced')
      reasons.add('size').add('bytes')
    }
    return reasons
  }

  #hasNoLife(): boolean {
    return [...this.#open].every(({ id }) => id % 6 !== 0)
  }

  #jar(bytes: number = 1): Jar {
    const jar = {
      id: ++this.#jars,
      bytes,
      isTaken: false,
      isBarred: false,
      isShared: false,
      loans: 0,
      key: undefined,
      goneAt: Infinity,
      mayHaveLeftBy: undefined,
      endedBy: undefined,
    }
    return jar
  }
}
