import { AsyncResource } from 'node:async_hooks'
import {
  context,
  createContextKey,
  ROOT_CONTEXT,
  trace,
  type Context,
  type SpanContext,
} from '@opentelemetry/api'

/** Made when the module loads, so that it belongs to no request. */
const root = new AsyncResource('LEASEHOLD')

/**
 * Runs `fn` outside of whatever request happens to be current: background work must not see the
 * AsyncLocalStorage stores, nor become a child of the span, of whoever set it off.
 */
export function inRootScope<R>(fn: () => R): R {
  return root.runInAsyncScope(inRootContext<R>, undefined, fn)
}

/** Where the context follows the async scope, as it nearly always does, it is the root's already. */
function inRootContext<R>(fn: () => R): R {
  return context.active() === ROOT_CONTEXT ? fn() : context.with(ROOT_CONTEXT, fn)
}

const REQUESTER = createContextKey('leasehold.requester')

/** As {@link inRootScope}, but the spans of cleanups begun in it link to whatever span is current now. */
export function inBackground<R>(fn: () => R): R {
  const requester = trace.getSpanContext(context.active())
  if (requester === undefined) return inRootScope(fn)
  return root.runInAsyncScope(() => context.with(ROOT_CONTEXT.setValue(REQUESTER, requester), fn))
}

/** Who asked for what runs {@link inBackground}; undefined elsewhere. */
export function requesterOf(current: Context): SpanContext | undefined {
  return current.getValue(REQUESTER) as SpanContext | undefined
}
