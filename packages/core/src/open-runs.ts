import type { CleanupRun } from './cleanup-run.ts'
import { warnOnce } from './warning.ts'

/** Quarantined cleanups kept for a report; beyond, they are only counted. */
const MAX_QUARANTINED = 1_000

/** The cleanups that are not over: queued, in flight, in grace, or quarantined, which may be for ever. */
export class OpenRuns implements Iterable<CleanupRun> {
  readonly #runs: Set<CleanupRun> = new Set()
  #quarantined: number = 0
  /** The leases of quarantined ones that are not among the runs. */
  readonly #onlyCounted: Set<number> = new Set()

  /** How many are quarantined and not among the runs, of leases up to a number. */
  onlyCounted(lastId: number): number {
    let count = 0
    for (const id of this.#onlyCounted) if (id <= lastId) count++
    return count
  }

  [Symbol.iterator](): Iterator<CleanupRun> {
    return this.#runs.values()
  }

  add(run: CleanupRun): void {
    this.#runs.add(run)
  }

  /**
   * Forces those up to a lease's number. The waiting ones first: each that is forced in flight makes room for the next in
   * the queue, whose cleanup would begin only to be forced.
   */
  force(reason: string, lastId: number): void {
    const runs = [...this.#runs].filter(run => run.record.id <= lastId)
    for (const run of [...runs.filter(each => !each.hasBegun), ...runs.filter(each => each.hasBegun)]) {
      run.forceNow(reason)
    }
  }

  /** Settled, or forced: nothing is waited for any more. */
  over(run: CleanupRun): void {
    this.#runs.delete(run)
    run.record.forget()
    run.tellOver()
  }

  quarantine(run: CleanupRun): void {
    const { group } = run.record.terms
    run.isQuarantined = true
    group.quarantined++
    if (this.#quarantined < MAX_QUARANTINED) this.#quarantined++
    else if (this.#runs.delete(run)) this.#onlyCounted.add(run.record.id)
    warnOnce(
      `quarantine:${group.kind}:${group.name}`,
      `a cleanup of ${group.kind} "${group.name}" does not settle; the resource is quarantined`,
    )
  }

  /** A cleanup has settled after all. */
  release(run: CleanupRun): void {
    if (!run.isQuarantined) return
    run.isQuarantined = false
    run.record.terms.group.quarantined--
    if (this.#runs.has(run)) this.#quarantined--
    else this.#onlyCounted.delete(run.record.id)
  }
}
