import { AsyncResource } from 'node:async_hooks'
import { context, ROOT_CONTEXT } from '@opentelemetry/api'

/** Made when the module loads, so that it belongs to no request. */
const root = new AsyncResource('LEASEHOLD')

/**
 * Runs `fn` outside of whatever request happens to be current: background work must not see the
 * AsyncLocalStorage stores, nor become a child of the span, of whoever set it off.
 */
export function inRootScope<R>(fn: () => R): R {
  return root.runInAsyncScope(() => context.with(ROOT_CONTEXT, fn))
}
