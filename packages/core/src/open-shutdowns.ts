const KEY: unique symbol = Symbol.for('leasehold.shutdown.open.v1')
const shared = globalThis as { [KEY]?: Set<object> }

/**
 * The shutdowns that have seen a signal and are not done: the last of them raises it again. One set for the process,
 * whatever copy of this package they are of.
 */
export function openShutdowns(): Set<object> {
  return (shared[KEY] ??= new Set())
}
