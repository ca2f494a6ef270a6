import { AsyncLocalStorage } from 'node:async_hooks'

/** What is done for one request, whatever follows them; one for all installed copies of this package. */
const STORAGE: unique symbol = Symbol.for('leasehold.requests.v1')
const shared = globalThis as { [STORAGE]?: AsyncLocalStorage<unknown> }

/**
 * Runs `fn`, and all that it goes on to do, as part of `request`: in it, {@link currentRequest} is that. For who follows
 * requests, and for packages that take a lease on behalf of somebody else, a waiter for example, than is current.
 *
 * @param request undefined: of none
 */
export function withinRequest<R>(request: unknown, fn: () => R): R {
  if (request === undefined && shared[STORAGE] === undefined) return fn()
  return (shared[STORAGE] ??= new AsyncLocalStorage<unknown>()).run(request, fn)
}

/** What {@link withinRequest} was called with; undefined outside, and for next to nothing where nobody follows requests. */
export function currentRequest(): unknown {
  return shared[STORAGE]?.getStore()
}
