import type { Lease } from './lease.ts'
import type { ResourceRegistry } from './registry.ts'
import type { ScopeStack } from './scope-stack.ts'

/**
 * What scopes and the shutdown need of registries and leases, also of those made by another installed copy of
 * this package: hence registered symbols, defined on the prototypes, and no `instanceof`. Not public.
 */
export const SCOPES: unique symbol = Symbol.for('leasehold.registry.scopes')
export const FORCE_ALL: unique symbol = Symbol.for('leasehold.registry.forceAll')
export const LEASE: unique symbol = Symbol.for('leasehold.lease')

/** The registry's open scopes: a drain keeps to their order. */
export function openScopes(registry: ResourceRegistry): Set<ScopeStack> {
  return (registry as ResourceRegistry & { [SCOPES]: Set<ScopeStack> })[SCOPES]
}

/** At the process's exit: everything synchronous that can still be done. */
export function forceAll(registry: ResourceRegistry): void {
  ;(registry as ResourceRegistry & { [FORCE_ALL](): void })[FORCE_ALL]()
}

/** Releases a lease without ever counting a double release. */
export function releaseFromScope(lease: Lease<unknown>): Promise<void> {
  return (lease as Lease<unknown> & { [LEASE](): Promise<void> })[LEASE]()
}

export function isRegistry(value: unknown): value is ResourceRegistry {
  return has(value, SCOPES)
}

export function isLease(value: unknown): value is Lease<unknown> {
  return has(value, LEASE)
}

/** Of anything at all: a Proxy's traps may throw. */
function has(value: unknown, symbol: symbol): boolean {
  try {
    return typeof value === 'object' && value !== null && symbol in value
  } catch {
    return false
  }
}
