import { context, createContextKey, type Context } from '@opentelemetry/api'
import { suppressed } from '../telemetry/suppression.ts'

const CALLER = createContextKey('leasehold.pool.caller')

/**
 * Calls an observed pool's own `acquire`, seen by no other instrumentation: the acquire has its span already. What is
 * the program's own and is called from within, or later on from there, is called by {@link inCallersContext}.
 */
export function behindOurSpan<R>(caller: Context, fn: () => R): R {
  return context.with(suppressed(caller).setValue(CALLER, caller), fn)
}

/** The context that is current but for {@link behindOurSpan}. */
export function callersContext(): Context {
  const current = context.active()
  return (current.getValue(CALLER) as Context | undefined) ?? current
}

export function inCallersContext<R>(fn: () => R): R {
  const current = context.active()
  const caller = callersContext()
  return caller === current ? fn() : context.with(caller, fn)
}
