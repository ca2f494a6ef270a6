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
  readonly _draining: boolean
  readonly _config: ForeignBooks['config']
  readonly _Promise: ForeignBooks['promises']
  _factory: ForeignBooks['factory']
  readonly _waitingClientsQueue: ForeignBooks['queue']
  readonly _allObjects: ForeignBooks['all']
  readonly _availableObjects: ForeignBooks['available']
  readonly _testOnBorrowResources: ForeignBooks['validating']
  readonly _factoryCreateOperations: ForeignBooks['creates']
  readonly _resourceLoans: ForeignBooks['loans']
  _destroy(resource: ForeignResource): void
  _dispatchPooledResourceToNextWaitingClient(resource: ForeignResource): boolean
}

/** What a pool keeps its books in: the same objects from its construction on. */
export interface ForeignBooks {
  readonly config: { readonly destroyTimeoutMillis?: unknown }
  /** What makes its promises. */
  readonly promises: { resolve(value: unknown): Observable }
  readonly factory: ForeignFactory
  readonly queue: { enqueue(request: ForeignRequest, ...rest: unknown[]): void }
  /** All that are not destroyed. */
  readonly all: Set<ForeignResource>
  /** Those to be lent; after a `clear()` destroyed ones too. */
  readonly available: Iterable<ForeignResource>
  readonly validating: ReadonlySet<ForeignResource>
  readonly creates: ReadonlySet<Observable>
  /** By value: of two loans of equal values it knows the later one only. */
  readonly loans: ReadonlyMap<unknown, ForeignLoan>
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

/** The books of a generic-pool; undefined of anything else, also of what throws when looked at. */
export function booksOf(x: unknown): ForeignBooks | undefined {
  try {
    const pool = x as ForeignPool
    const { _config: config, _Promise: promises, _factory: factory, _waitingClientsQueue: queue } = pool
    const { _allObjects: all, _availableObjects: available, _testOnBorrowResources: validating } = pool
    const { _factoryCreateOperations: creates, _resourceLoans: loans } = pool
    const isOne =
      METHODS.every(method => typeof pool[method] === 'function') &&
      typeof config === 'object' &&
      typeof promises.resolve === 'function' &&
      typeof factory.create === 'function' &&
      typeof queue.enqueue === 'function' &&
      typeof all.add === 'function' &&
      typeof available[Symbol.iterator] === 'function' &&
      typeof validating.has === 'function' &&
      typeof creates.has === 'function' &&
      typeof loans.get === 'function'
    if (!isOne || ![pool, queue, all].every(Object.isExtensible)) return undefined
    return { config, promises, factory, queue, all, available, validating, creates, loans }
  } catch {
    return undefined
  }
}
