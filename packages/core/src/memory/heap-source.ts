import { getHeapStatistics } from 'node:v8'
import { heapLimitFacts, oldLimitOf } from './heap-limit.ts'
import { watchMajorCollections, type CollectionWatch, type CollectionWatching } from './major-collections.ts'
import { levelOf, PRESSURE_LEVELS, type PressureLevel } from './pressure-level.ts'
import type { PressureSource } from './pressure-source.ts'

const WARNING = 0.75
const CRITICAL = 0.88
/** From that share on collections are watched for: what they leave is then known when it matters. */
const WATCHED = 0.5
/** So long after the last collection it says nothing any more about who is still alive. */
const FORGOTTEN_MILLIS = 5_000

/** The limit is of old objects; what is used, of all. */
export interface HeapFigures {
  readonly usedBytes: number
  readonly limitBytes: number
}

/** How much is alive at most, and since when nobody knows better. */
interface Judgement {
  readonly level: PressureLevel
  readonly bytes: number
  readonly at: number
  /** By a collection, or as none was needed. Else it is all that was ever used since `at`. */
  readonly isKnown: boolean
}

/**
 * The JavaScript heap against its own limit: what ends a process with "heap out of memory".
 *
 * Garbage counts as used until V8 collects it, which it does when it must: a heap that is full of garbage is not short. So
 * what a major collection has left counts, and not what has been used since. Where no collection is known of, what is used
 * counts, all of it; so it does half way from what a collection has left to what is critical, or from there to the limit: V8
 * collects more often the less it has, and who is beyond that may not have heard of it, as the loop has not turned. When none comes for five seconds, nobody is in need of memory.
 */
export function heapSource(
  read: () => HeapFigures = heapFigures(),
  watch: CollectionWatch = watchMajorCollections,
  now: () => number = () => performance.now(),
): PressureSource {
  const heap = new JudgedHeap(read, watch, now)
  return { name: 'heap', isInstant: true, read: () => heap.level() }
}

class JudgedHeap {
  readonly #read: () => HeapFigures
  readonly #watch: CollectionWatch
  readonly #now: () => number
  /** While much is used: collections are watched for no longer. */
  #watching: CollectionWatching | undefined
  #judged: Judgement | undefined
  #askedAt: number = 0

  constructor(read: () => HeapFigures, watch: CollectionWatch, now: () => number) {
    this.#read = read
    this.#watch = watch
    this.#now = now
  }

  level(): PressureLevel {
    const now = (this.#askedAt = this.#now())
    const figures = this.#read()
    const level = levelOfHeap(figures)
    if (!isWatched(figures)) return this.#rest()
    const watching = (this.#watching ??= this.#watch(() => this.#collected()))
    const judged = (this.#judged = this.#updated(figures, level, now))
    if (Math.min(now, watching.heardUntil()) - judged.at < FORGOTTEN_MILLIS) return judged.level
    this.#judged = { level: 'nominal', bytes: judged.bytes, at: now, isKnown: true }
    return 'nominal'
  }

  #updated({ usedBytes, limitBytes }: HeapFigures, level: PressureLevel, now: number): Judgement {
    const judged = this.#judged
    const used: Judgement = { level, bytes: usedBytes, at: now, isKnown: false }
    if (judged === undefined) return used
    if (judged.isKnown) {
      const criticalBytes = CRITICAL * limitBytes
      const next = judged.bytes < criticalBytes ? criticalBytes : limitBytes
      const isUnheard = usedBytes > Math.max(judged.bytes, (judged.bytes + next) / 2)
      return isUnheard ? used : { ...judged, level: lower(level, judged.level) }
    }
    return usedBytes > judged.bytes ? used : { ...judged, level }
  }

  #collected(): void {
    const figures = this.#read()
    const level = levelOfHeap(figures)
    const at = this.#now()
    this.#judged = { level, bytes: figures.usedBytes, at, isKnown: true }
    // Nobody asks any more: somebody else's collections are not to be followed for ever.
    if (!isWatched(figures) || at - this.#askedAt > FORGOTTEN_MILLIS) this.#rest()
  }

  #rest(): PressureLevel {
    this.#watching?.[Symbol.dispose]()
    this.#watching = this.#judged = undefined
    return 'nominal'
  }
}

function isWatched({ usedBytes, limitBytes }: HeapFigures): boolean {
  return usedBytes >= WATCHED * limitBytes && limitBytes > 0
}

function levelOfHeap({ usedBytes, limitBytes }: HeapFigures): PressureLevel {
  return limitBytes > 0 ? levelOf(usedBytes / limitBytes, WARNING, CRITICAL) : 'nominal'
}

function lower(one: PressureLevel, other: PressureLevel): PressureLevel {
  return PRESSURE_LEVELS[Math.min(PRESSURE_LEVELS.indexOf(one), PRESSURE_LEVELS.indexOf(other))]!
}

/** V8's. Young objects count: those that are alive are old after the next collection, all at once. */
function heapFigures(): () => HeapFigures {
  const limitBytes = oldLimitOf(heapLimitFacts(getHeapStatistics().heap_size_limit))
  return () => ({ usedBytes: getHeapStatistics().used_heap_size, limitBytes })
}
