/**
 * What is looked at of somebody's generic-pool. Its versions 3.1 to 3.9 have all of it; which copy made it does not
 * matter, so nothing here asks for a class.
 */
export interface ForeignPool {
  acquire(...args: unknown[]): Observable
  drain(...args: unknown[]): Observable
  emit(...args: unknown[]): boolean
  readonly pending: number
  readonly max: number
  readonly min: number
  readonly _config: { readonly destroyTimeoutMillis?: unknown }
  readonly _Promise: { resolve(value: unknown): Observable }
  readonly _draining: boolean
  _factory: ForeignFactory
  readonly _waitingClientsQueue: { enqueue(request: ForeignRequest, ...rest: unknown[]): void }
  /** All that are not destroyed. */
  readonly _allObjects: Set<ForeignResource>
  /** Those to be lent; after a `clear()` destroyed ones too. */
  readonly _availableObjects: Iterable<ForeignResource>
  readonly _testOnBorrowResources: ReadonlySet<ForeignResource>
  readonly _factoryCreateOperations: ReadonlySet<Observable>
  /** By value: of two loans of equal values it knows the later one only. */
  readonly _resourceLoans: ReadonlyMap<unknown, ForeignLoan>
  _destroy(resource: ForeignResource): void
  _dispatchPooledResourceToNextWaitingClient(resource: ForeignResource): boolean
}

/** A promise of whatever make the pool was told to use. */
export interface Observable {
  then(fulfilled: ((value: unknown) => unknown) | undefined, rejected: (reason: unknown) => unknown): unknown
}

export interface ForeignFactory {
  readonly create: unknown
  readonly destroy: unknown
  readonly validate?: unknown
}

/** Told when it is over: by a release, or by a destroy. */
export interface ForeignLoan {
  resolve(...args: unknown[]): void
}

export interface ForeignRequest {
  readonly promise: Observable
  resolve(value: unknown): void
}

export interface ForeignResource {
  readonly obj: unknown
}

const METHODS = [
  'acquire',
  'drain',
  'emit',
  '_destroy',
  '_dispatchPooledResourceToNextWaitingClient',
] as const

/** Of anything at all: also of what throws when looked at. */
export function isForeignPool(x: unknown): x is ForeignPool {
  try {
    const pool = x as ForeignPool
    const { _factory, _resourceLoans, _allObjects, _waitingClientsQueue } = pool
    return (
      METHODS.every(method => typeof pool[method] === 'function') &&
      typeof pool._Promise.resolve === 'function' &&
      typeof pool._config === 'object' &&
      typeof pool._factoryCreateOperations.has === 'function' &&
      typeof pool._testOnBorrowResources.has === 'function' &&
      typeof pool._availableObjects[Symbol.iterator] === 'function' &&
      typeof _factory.create === 'function' &&
      typeof _resourceLoans.get === 'function' &&
      typeof _allObjects.add === 'function' &&
      typeof _waitingClientsQueue.enqueue === 'function' &&
      [pool, _allObjects, _waitingClientsQueue].every(Object.isExtensible)
    )
  } catch {
    return false
  }
}
