import type { LeaseRef, LeaseWatch, WatchedGroup } from '@leasehold/core'
import { ALL } from './alert.ts'
import { CleanupHealth, CountedGroup } from './cleanup-health.ts'
import { KindNameMap } from './kind-name-map.ts'

/** The health of all kinds and names, and of all cleanups together. */
export class CleanupHealths {
  readonly total: CleanupHealth
  /** Whether something has failed that the rules have not looked at. */
  hasFailed: boolean = false
  readonly #watch: LeaseWatch
  readonly #healths: KindNameMap<CleanupHealth>
  readonly #counted: Map<WatchedGroup, CountedGroup> = new Map()

  constructor(watch: LeaseWatch) {
    this.#watch = watch
    const now = watch.clock.now()
    this.total = new CleanupHealth(ALL, ALL, now)
    this.#healths = new KindNameMap((kind, name) => new CleanupHealth(kind, name, watch.clock.now()))
    this.#discover(true)
  }

  of(kind: string, name: string): CleanupHealth | undefined {
    return this.#healths.peek(kind, name)
  }

  *all(): Generator<CleanupHealth> {
    yield* this.#healths.values()
    yield this.total
  }

  /** A cleanup has failed, and is counted. */
  failed(lease: LeaseRef, error: unknown): void {
    this.hasFailed = true
    const now = this.#watch.clock.now()
    const health = this.#healths.of(lease.kind, lease.name)
    if (!this.#readOnly(health, now)) {
      this.#discover(false)
      this.#readOnly(health, now)
    }
    health.noteFailure(now, lease, error)
    this.total.noteFailure(now, lease, error)
  }

  /** Takes in all that has happened. */
  read(now: number): void {
    this.#discover(false)
    for (const counted of this.#counted.values()) counted.read(now, this.total)
    for (const health of this.all()) health.add(now, 0, 0)
  }

  #readOnly(health: CleanupHealth, now: number): boolean {
    const { failed } = health
    for (const counted of this.#counted.values()) if (counted.health === health) counted.read(now, this.total)
    return health.failed > failed
  }

  /** Groups are never taken back, so there is something new only if there are more. */
  #discover(fromNow: boolean): void {
    for (const group of this.#watch.groups()) {
      if (this.#counted.has(group)) continue
      const health = this.#healths.of(group.kind, group.name)
      this.#counted.set(group, new CountedGroup(group, health, fromNow))
    }
  }
}
