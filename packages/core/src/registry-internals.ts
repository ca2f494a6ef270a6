import type { LeaseState } from './lease.ts'
import type { ResourceRegistry } from './registry.ts'
import type { ScopeStack } from './scope-stack.ts'

/**
 * What scopes and the shutdown need of registries and leases, also of those made by another installed copy of
 * this package: hence registered symbols, defined on the prototypes, and no `instanceof`. Not public.
 */
export const SCOPES: unique symbol = Symbol.for('leasehold.registry.scopes')
export const FORCE_ALL: unique symbol = Symbol.for('leasehold.registry.forceAll')
export const WATCH: unique symbol = Symbol.for('leasehold.registry.watch')
export const LEASE: unique symbol = Symbol.for('leasehold.lease')

/** The registry's open scopes: a drain keeps to their order. */
export function openScopes(registry: ResourceRegistry): Set<ScopeStack> {
  return (registry as ResourceRegistry & { [SCOPES]: Set<ScopeStack> })[SCOPES]
}

/** At the process's exit: everything synchronous that can still be done. */
export function forceAll(registry: ResourceRegistry): void {
  ;(registry as ResourceRegistry & { [FORCE_ALL](): void })[FORCE_ALL]()
}

/** A lease as scopes see it, apart from the handle, whatever a program has wrapped around that. */
export interface ScopedLease {
  readonly id: number
  readonly state: LeaseState
  /** Releases it without ever counting a double release. @returns what `lease.release()` would */
  release(): Promise<void>
}

/**
 * What a scope is to hold for `lease`, or undefined if that is no lease. Of anything at all: a Proxy's traps may
 * throw, and a Proxy without any is no lease, as its methods do not work.
 */
export function scopedLease(lease: unknown): ScopedLease | undefined {
  try {
    return (lease as { [LEASE]?: ScopedLease } | null | undefined)?.[LEASE]
  } catch {
    return undefined
  }
}

export function isRegistry(value: unknown): value is ResourceRegistry {
  try {
    return (value as { [SCOPES]?: unknown } | null | undefined)?.[SCOPES] !== undefined
  } catch {
    return false
  }
}
