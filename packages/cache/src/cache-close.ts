import type { Deadline } from '@leasehold/core'
import type { CacheFrame } from './cache-frame.ts'

/** What a close did, and what it could not wait for. */
export interface CacheCloseReport {
  /** Nothing is lent any more, and each `dispose` has ended or was given up. */
  readonly clean: boolean
  readonly elapsedMillis: number
  /** Values that are still lent, or being disposed of: each ends as soon as it can. */
  readonly remaining: number
  /** Loans that are not over. */
  readonly loans: number
}

/** Everything leaves the cache, loads are aborted. Once; nothing comes in any more. */
export function endCache<K, V>(frame: CacheFrame<K, V>): void {
  const { loads, rejections, retirements, errors, store, telemetry } = frame
  frame.isClosed = true
  loads.giveUpAll(errors.closed())
  rejections.clear()
  frame.sweeping(() => store.removeAll('closed'))
  // What is still lent goes on being counted.
  retirements.whenSettled(() => telemetry.closed())
}

/** Waits until nothing is left of a cache that has been ended, and no longer than `timeoutMillis`. */
export async function awaitEnd<K, V>(
  frame: CacheFrame<K, V>,
  timeoutMillis: number,
): Promise<CacheCloseReport> {
  const { figures, retirements, loads, settings } = frame
  const startedAt = settings.clock.now()
  if (figures.retiredEntries > 0 && timeoutMillis > 0) {
    await new Promise<void>(resolve => {
      const deadline: Deadline = { dueAt: 0, heapIndex: -1, due: () => resolve() }
      loads.deadlines.add(deadline, startedAt + timeoutMillis)
      retirements.whenSettled(() => {
        loads.deadlines.remove(deadline)
        resolve()
      })
    })
  }
  return {
    clean: figures.retiredEntries === 0,
    elapsedMillis: settings.clock.now() - startedAt,
    remaining: figures.retiredEntries,
    loans: figures.loans,
  }
}
