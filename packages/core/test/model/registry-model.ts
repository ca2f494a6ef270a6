import type { CleanupOutcome, CleanupStrategy } from '../../src/lease.ts'

/** How a modelled cleanup behaves; `manual` settles when a command says so. */
export type Behaviour = 'ok' | 'throw' | 'async-ok' | 'async-reject' | 'manual'
export type ForceBehaviour = 'none' | 'ok' | 'throw'

export const TIMEOUT_MILLIS = 1_000
export const GRACE_MILLIS = 200

export interface ModelLease {
  readonly behaviour: Behaviour
  readonly strategy: CleanupStrategy
  readonly force: ForceBehaviour
  state: 'live' | 'releasing' | CleanupOutcome
  /** While its cleanup has begun and is not settled. */
  begunAt: number | undefined
  isInGrace: boolean
  isQuarantined: boolean
}

/**
 * What a registry should count, by the plainest reasoning there is: a list of leases and a rule for each thing
 * that can happen. No queue, no timer, no promise.
 */
export class RegistryModel {
  now: number = 0
  readonly leases: ModelLease[] = []
  lateSettled: number = 0
  doubleReleases: number = 0
  /** Released by a drain, the owner's own release still to come. */
  readonly drained: Set<ModelLease> = new Set()

  track(behaviour: Behaviour, strategy: CleanupStrategy, force: ForceBehaviour): void {
    const lease: ModelLease = {
      behaviour,
      strategy,
      force,
      state: 'live',
      begunAt: undefined,
      isInGrace: false,
      isQuarantined: false,
    }
    this.leases.push(lease)
  }

  release(lease: ModelLease, by: 'owner' | 'drain' = 'owner'): void {
    if (lease.state !== 'live') {
      if (by === 'owner' && !this.drained.delete(lease)) this.doubleReleases++
      return
    }
    if (by === 'drain') this.drained.add(lease)
    if (lease.strategy === 'forced') lease.state = lease.force === 'throw' ? 'failure' : 'forced'
    else if (lease.behaviour === 'manual') {
      lease.state = 'releasing'
      lease.begunAt = this.now
    } else lease.state = lease.behaviour.endsWith('ok') ? 'success' : 'failure'
  }

  settle(lease: ModelLease, outcome: 'success' | 'failure'): void {
    if (lease.begunAt === undefined) return
    if (lease.state === 'releasing') lease.state = outcome
    else this.lateSettled++
    lease.begunAt = undefined
    lease.isInGrace = false
    lease.isQuarantined = false
  }

  advance(millis: number): void {
    this.now += millis
    for (const lease of this.leases) {
      if (lease.begunAt === undefined) continue
      const age = this.now - lease.begunAt
      if (lease.state === 'releasing' && age >= TIMEOUT_MILLIS) {
        lease.state = 'timeout'
        lease.isInGrace = true
      }
      if (lease.isInGrace && age >= TIMEOUT_MILLIS + GRACE_MILLIS) {
        lease.isInGrace = false
        lease.isQuarantined = lease.force !== 'ok'
      }
    }
  }

  /** What a drain does at its own deadline. */
  force(): void {
    for (const lease of this.leases) {
      const isOpen = lease.state === 'live' || lease.state === 'releasing' || lease.isInGrace
      if (!isOpen || lease.force === 'none') continue
      if (lease.state === 'releasing') lease.state = lease.force === 'ok' ? 'forced' : 'failure'
      lease.isInGrace = false
      lease.isQuarantined = lease.force === 'throw'
    }
  }

  count(state: ModelLease['state']): number {
    return this.leases.filter(lease => lease.state === state).length
  }

  get quarantined(): number {
    return this.leases.filter(lease => lease.isQuarantined).length
  }
}
