import type { CleanupExecutor } from './cleanup-executor.ts'
import type { CleanupRun } from './cleanup-run.ts'
import type { Deadline } from './deadline-queue.ts'
import type { DrainReport } from './drain-options.ts'
import { drainOrder, type DrainSource } from './drain-order.ts'
import type { CleanupError } from './errors.ts'
import { forceLive } from './force-live.ts'
import type { CleanupOutcome } from './lease.ts'
import type { LeaseEvent } from './lease-events.ts'
import { leaseInfo } from './lease-info.ts'
import type { LeaseRecord } from './lease-record.ts'
import { liveRecords } from './live-records.ts'
import { emptyOutcomes } from './registry-stats.ts'
import { ReleaseCrew } from './release-crew.ts'

const MOST_REPORTED = 100

/**
 * Ends all leases of a registry: newest first, some at a time, a scope's leases strictly in their order. Then
 * it waits for every cleanup to settle, or for its own deadline.
 */
export class Drain {
  readonly #source: DrainSource
  readonly #executor: CleanupExecutor
  readonly #outcomes: Record<CleanupOutcome, number> = emptyOutcomes()
  readonly #errors: CleanupError[] = []
  #errorCount: number = 0

  constructor(source: DrainSource) {
    this.#source = source
    this.#executor = source.executor
  }

  async run({ timeoutMillis, force }: { timeoutMillis: number; force: boolean }): Promise<DrainReport> {
    const { clock, deadlines } = this.#executor
    const { events } = this.#executor.accounts
    const startedAt = clock.now()
    const listening = [events.on('cleanup', this.#onEnd), events.on('abandoned', this.#onEnd)]
    const crew = new ReleaseCrew(drainOrder(this.#source), { clock, deadlines, timeoutMillis })
    await this.#untilDeadline(startedAt + timeoutMillis, this.#allOver(crew))
    crew.stop()
    if (force) this.#force(`was forced by a drain after ${timeoutMillis} ms`)
    for (const each of listening) each[Symbol.dispose]()
    return this.#report(startedAt)
  }

  readonly #onEnd = ({ id, type, outcome, late, error }: LeaseEvent): void => {
    if (id > this.#source.lastId) return
    if (type === 'abandoned') this.#outcomes.abandoned++
    else if (late !== true) this.#outcomes[outcome!]++
    if (error === undefined) return
    this.#errorCount++
    if (this.#errors.length < MOST_REPORTED) this.#errors.push(error as CleanupError)
  }

  async #allOver(crew: ReleaseCrew): Promise<void> {
    await crew.run()
    await Promise.all(this.#openRuns().map(run => run.over))
    // Of those only counted nothing tells when they settle.
    if (this.#executor.runs.onlyCounted(this.#source.lastId) > 0) await new Promise<never>(() => {})
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
    forceLive(this.#live(), this.#executor, reason)
    for (const record of this.#abandoned()) {
      this.#source.abandoned.delete(record)
      this.#executor.reclaimNow(record, reason)
    }
  }

  #live(): LeaseRecord[] {
    return liveRecords(this.#source.groups(), this.#source.lastId)
  }

  #abandoned(): LeaseRecord[] {
    return [...this.#source.abandoned].filter(record => record.id <= this.#source.lastId)
  }

  #openRuns(): CleanupRun[] {
    return [...this.#executor.runs].filter(run => run.record.id <= this.#source.lastId)
  }

  #report(startedAt: number): DrainReport {
    const { lastId } = this.#source
    const now = this.#executor.clock.now()
    const open = [...this.#live(), ...this.#openRuns().map(run => run.record), ...this.#abandoned()]
    const leases = open
      .sort((a, b) => a.id - b.id)
      .slice(0, MOST_REPORTED)
      .map(record => leaseInfo(record, now))
    const remaining = open.length + this.#executor.runs.onlyCounted(lastId)
    const clean = remaining === 0 && this.#errorCount === 0
    const outcomes = this.#outcomes
    return { clean, elapsedMillis: now - startedAt, outcomes, remaining, leases, errors: this.#errors }
  }
}
