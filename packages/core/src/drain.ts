import type { CleanupExecutor } from './cleanup-executor.ts'
import type { CleanupRun } from './cleanup-run.ts'
import { SETTLED } from './cleanup-executor.ts'
import type { Deadline } from './deadline-queue.ts'
import type { DrainReport } from './drain-options.ts'
import type { CleanupError } from './errors.ts'
import { describeError } from './foreign-value.ts'
import { OUTCOMES, type CleanupOutcome } from './lease.ts'
import type { LeaseGroup } from './lease-group.ts'
import { LeaseHandle } from './lease-handle.ts'
import { leaseInfo } from './lease-info.ts'
import type { LeaseRecord } from './lease-record.ts'
import { settle } from './lease-settlement.ts'
import { emptyOutcomes } from './registry-stats.ts'
import type { ScopeStack } from './scope-stack.ts'
import { warnOnce } from './warning.ts'

/** How many leases, or scopes, are released at once. */
const PARALLEL = 16
/** How many releases that end at once go on before the loop gets a turn. */
const SLICE = 256
const MOST_REPORTED = 100

/** What a drain needs of its registry. */
export interface DrainSource {
  readonly executor: CleanupExecutor
  readonly scopes: Iterable<ScopeStack>
  readonly abandoned: Set<LeaseRecord>
  groups(): Iterable<LeaseGroup>
  /** The last lease that is the drain's: those tracked after its start are not. */
  readonly lastId: number
}

/** Something to release: a lease, a scope in its order, an abandoned resource. */
type Unit = () => Promise<void>

/**
 * Ends all leases of a registry: newest first, some at a time, a scope's leases strictly in their order. Then
 * it waits for every cleanup to settle, or for its own deadline.
 */
export class Drain {
  readonly #source: DrainSource
  readonly #executor: CleanupExecutor
  readonly #errors: CleanupError[] = []
  #errorCount: number = 0
  #isOver: boolean = false
  #sinceTurn: number = 0
  #turn: Promise<void> | undefined

  constructor(source: DrainSource) {
    this.#source = source
    this.#executor = source.executor
  }

  async run({ timeoutMillis, force }: { timeoutMillis: number; force: boolean }): Promise<DrainReport> {
    const { clock } = this.#executor
    const { events } = this.#executor.accounts
    const startedAt = clock.now()
    const before = this.#outcomes()
    const listening = events.on('cleanup', ({ late, error }) => {
      if (late === true || error === undefined) return
      this.#errorCount++
      if (this.#errors.length < MOST_REPORTED) this.#errors.push(error as CleanupError)
    })
    await this.#untilDeadline(startedAt + timeoutMillis, this.#work())
    this.#isOver = true
    if (force) this.#force(`was forced by a drain after ${timeoutMillis} ms`)
    listening[Symbol.dispose]()
    return this.#report(startedAt, before)
  }

  async #work(): Promise<void> {
    const units = this.#units()
    const workers = Array.from({ length: PARALLEL }, () => this.#worker(units))
    await Promise.all(workers)
    await Promise.all(this.#openRuns().map(run => run.over))
    // Of those only counted nothing tells when they settle.
    if (this.#executor.runs.onlyCounted > 0) await new Promise<never>(() => {})
  }

  async #worker(units: Iterator<Unit>): Promise<void> {
    for (let next = units.next(); next.done !== true && !this.#isOver; next = units.next()) {
      const released = next.value()
      if (released !== SETTLED) await released.catch(() => {})
      else if (++this.#sinceTurn >= SLICE) await this.#turnOfLoop()
    }
  }

  /** One for all workers: each after a slice of its own would hold the loop sixteen times as long. */
  #turnOfLoop(): Promise<void> {
    return (this.#turn ??= new Promise(resolve => {
      nextTurn(() => {
        this.#turn = undefined
        this.#sinceTurn = 0
        resolve()
      })
    }))
  }

  /** Everything to release, newest first. */
  *#units(): Generator<Unit> {
    const scoped = new Set<LeaseRecord>()
    const scopes: { unit: Unit; id: number }[] = []
    for (const stack of this.#source.scopes) {
      let id = 0
      for (const lease of stack) {
        const record = LeaseHandle.recordOf(lease)
        if (record === undefined) continue
        scoped.add(record)
        id = Math.max(id, record.id)
      }
      scopes.push({ unit: () => stack.releaseCurrent(), id })
    }
    const single = this.#live()
      .filter(record => !scoped.has(record))
      .sort((a, b) => a.id - b.id)
    scopes.sort((a, b) => a.id - b.id)
    while (scopes.length > 0 || single.length > 0) {
      const record = single.at(-1)
      const scope = scopes.at(-1)
      if (record === undefined || (scope !== undefined && scope.id > record.id)) yield scopes.pop()!.unit
      else {
        single.pop()
        yield () => (record.isLive ? settle(record, 'drain') : SETTLED)
      }
    }
    for (const record of this.#source.abandoned) yield () => this.#reclaim(record)
  }

  /** An abandoned lease has had its outcome; its resource is cleaned up all the same. */
  async #reclaim(record: LeaseRecord): Promise<void> {
    this.#source.abandoned.delete(record)
    try {
      await record.cleanup(record.value as never, new AbortController().signal)
    } catch (error) {
      warnOnce(
        `reclaim:${record.kind}:${record.name}`,
        `cleaning up an abandoned ${record.kind} "${record.name}" failed: ${describeError(error)}`,
      )
    }
    record.forget()
  }

  #untilDeadline(at: number, work: Promise<void>): Promise<void> {
    const { deadlines } = this.#executor
    return new Promise(resolve => {
      const deadline: Deadline = { dueAt: at, heapIndex: -1, due: () => resolve() }
      deadlines.add(deadline, at)
      void work.then(() => {
        deadlines.remove(deadline)
        resolve()
      })
    })
  }

  #force(reason: string): void {
    this.#executor.runs.force(reason, this.#source.lastId)
    for (const record of this.#live().sort((a, b) => b.id - a.id)) {
      if (record.terms.force !== undefined) this.#executor.forceLive(record, reason)
      // Without a force its cleanup is at least begun; nobody waits for it any more.
      else void settle(record, 'drain').catch(() => {})
    }
  }

  #live(): LeaseRecord[] {
    const live: LeaseRecord[] = []
    for (const group of this.#source.groups()) {
      for (const list of group.lists) {
        for (let record = list.oldest; record !== undefined; record = record.next) {
          if (record.id <= this.#source.lastId) live.push(record)
        }
      }
    }
    return live
  }

  #openRuns(): CleanupRun[] {
    return [...this.#executor.runs].filter(run => run.record.id <= this.#source.lastId)
  }

  #outcomes(): Record<CleanupOutcome, number> {
    const sum = emptyOutcomes()
    for (const group of this.#source.groups()) for (const outcome of OUTCOMES) sum[outcome] += group[outcome]
    return sum
  }

  #report(startedAt: number, before: Record<CleanupOutcome, number>): DrainReport {
    const now = this.#executor.clock.now()
    const outcomes = this.#outcomes()
    for (const outcome of OUTCOMES) outcomes[outcome] -= before[outcome]
    const open = [...this.#live(), ...this.#openRuns().map(run => run.record)]
    const leases = open
      .sort((a, b) => a.id - b.id)
      .slice(0, MOST_REPORTED)
      .map(record => leaseInfo(record, now))
    const clean = open.length === 0 && this.#errorCount === 0
    const elapsedMillis = now - startedAt
    return { clean, elapsedMillis, outcomes, remaining: open.length, leases, errors: this.#errors }
  }
}

/** Kept from load: a program's fake timers must not stop a drain. */
const nextTurn = setImmediate
