import { ConfigError } from './errors.ts'
import { describeError } from './foreign-value.ts'
import { warnOnce } from './warning.ts'

const KEY: unique symbol = Symbol.for('leasehold.shutdown.flushes.v1')
const shared = globalThis as { [KEY]?: Set<() => unknown> }

/** One set for the process, so that an exporter's flush is found whichever copy of the package it uses. */
function flushes(): Set<() => unknown> {
  return (shared[KEY] ??= new Set())
}

/**
 * Has `fn` called, and awaited, once a shutdown ({@link installShutdown}) has drained the leases: exporters put
 * their flush here. What it throws is reported and stops no other.
 *
 * @throws ConfigError for no function
 */
export function onShutdownFlush(fn: () => unknown): Disposable {
  if (typeof fn !== 'function') throw new ConfigError('onShutdownFlush', 'fn', 'a function', fn)
  const entry = (): unknown => fn()
  flushes().add(entry)
  return { [Symbol.dispose]: () => void flushes().delete(entry) }
}

/** All of them at once, and `also`. */
export async function flushAll(also: (() => unknown) | undefined): Promise<void> {
  const all = [...flushes(), ...(also === undefined ? [] : [also])]
  await Promise.all(
    all.map(async fn => {
      try {
        await fn()
      } catch (error) {
        warnOnce('shutdown:flush', `shutdown: a flush failed: ${describeError(error)}`)
      }
    }),
  )
}
