import { constants, PerformanceObserver } from 'node:perf_hooks'

/** Is told of collections until it is disposed of. */
export interface CollectionWatching extends Disposable {
  /** Of all collections until then it has been told: they are told when the loop turns. */
  heardUntil(): number
}

/** Calls `collected` after each major garbage collection, as soon as the loop turns. */
export type CollectionWatch = (collected: () => void) => CollectionWatching

/** Kept from load: a program's fake timers do not stop it. */
const nextTurn = setImmediate

/** V8's own: those that go through the whole heap. Keeps no process alive. */
export const watchMajorCollections: CollectionWatch = collected => {
  const observer = new PerformanceObserver(list => {
    // The types leave out what the documentation has.
    const kinds = list.getEntries().map(entry => (entry as { detail?: { kind?: number } }).detail?.kind)
    if (kinds.includes(constants.NODE_PERFORMANCE_GC_MAJOR)) collected()
  })
  observer.observe({ entryTypes: ['gc'] })
  let turnedAt = performance.now()
  let isTurning = false
  return {
    heardUntil: () => {
      if (!isTurning) {
        isTurning = true
        nextTurn(() => {
          isTurning = false
          turnedAt = performance.now()
        }).unref()
      }
      return turnedAt
    },
    [Symbol.dispose]: () => observer.disconnect(),
  }
}
