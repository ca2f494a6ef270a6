import {
  giveBackInSlices,
  onPressure,
  type MemoryPressureMonitor,
  type PressureCall,
  type PressureLevel,
} from '@leasehold/core'
import { held, type CacheFigures } from './cache-figures.ts'
import type { RemovalReason } from './removal-reason.ts'

/** What is kept of what is held when the level is reached. */
const KEPT: Readonly<Record<PressureLevel, number>> = { nominal: 1, warning: 0.75, critical: 0.25 }
/** Of what is held when memory becomes critically short, what may be held even then: too little to matter. */
const LEAST = 1 / 64
const LEAST_ENTRIES = 16
const LEAST_BYTES = 16 * 1024
/** So many evictions, and the disposals that they begin, between two looks at the time. */
const SLICE = 32
/** At most so many evictions for what was let in since the last look, 128 values: more than that, so that it becomes less. */
const DISPLACED = 256

/** What is trimmed. */
export interface Trimmed {
  readonly figures: CacheFigures
  readonly store: { evict(reason: RemovalReason): boolean }
  readonly retirements: { run(): void }
  admitsUpTo: number
  sweeping(fn: () => void): void
}

/**
 * Trims a cache when memory runs short: to three quarters under warning; to a quarter under critical, when nothing is let
 * in either until next to nothing is left: by then refusing gives no memory back, but would go on for as long as V8, which
 * collects when it must, has no reason to. By bytes if those are limited, else by entries, and in slices shared with all others that give memory back, so that the
 * loop is never held up.
 */
export class PressureRelief {
  readonly #trimmed: WeakRef<Trimmed>
  readonly #monitor: MemoryPressureMonitor
  readonly #listening: Disposable
  /** Down to which figure; Infinity while nothing is to be done. */
  #target: number = Infinity
  /** What it may hold while the level lasts. */
  #ceiling: number = Infinity
  #isRunning: boolean = false

  /** @param owner whose end, noticed or not, ends the listening */
  constructor(monitor: MemoryPressureMonitor, trimmed: Trimmed, owner: object) {
    this.#monitor = monitor
    this.#trimmed = new WeakRef(trimmed)
    trimmed.admitsUpTo = monitor.level === 'critical' ? leastOf(trimmed.figures) : Infinity
    // What listens is this, which refers to no owner.
    this.#listening = onPressure(monitor, owner, (_, call) => this.#called(call))
  }

  /**
   * For a program that fills the cache, more than the monitor's polls can tell, and may not let the loop turn. What is let in
   * while memory is short displaces as much.
   */
  check(): void {
    this.#monitor.check()
    const trimmed = this.#ceiling === Infinity ? undefined : this.#trimmed.deref()
    if (trimmed === undefined || held(trimmed.figures) <= this.#ceiling) return
    evictTo(this.#ceiling, DISPLACED, trimmed)
    trimmed.retirements.run()
  }

  close(): void {
    this.#listening[Symbol.dispose]()
  }

  #called(call: PressureCall): void {
    if (call === 'relieve') this.#relieve()
    else this.#reached(call)
  }

  #reached(level: PressureLevel): void {
    const trimmed = this.#trimmed.deref()
    if (trimmed === undefined) return
    if (level !== 'critical') trimmed.admitsUpTo = Infinity
    // What lasts does not become less with each trim.
    else if (trimmed.admitsUpTo === Infinity) trimmed.admitsUpTo = leastOf(trimmed.figures)
    this.#ceiling = level === 'nominal' ? Infinity : Math.floor(held(trimmed.figures) * KEPT[level])
    this.#target = this.#ceiling
    if (!this.#isRunning && this.#target !== Infinity) this.#begin()
    // What a critically short cache may hold in the end is let in without an end.
    if (level === 'critical') this.#ceiling = Math.max(this.#ceiling, trimmed.admitsUpTo)
  }

  #begin(): void {
    this.#isRunning = true
    giveBackInSlices(hasTime => {
      this.#isRunning = false
      return (this.#isRunning = this.#trim(hasTime))
    })
  }

  #relieve(): void {
    const trimmed = this.#trimmed.deref()
    if (trimmed === undefined) return
    this.#target = Math.floor(held(trimmed.figures) * KEPT.critical)
    this.#trim(() => true)
  }

  /** @returns whether there is more to do */
  #trim(hasTime: () => boolean): boolean {
    const trimmed = this.#trimmed.deref()
    if (trimmed === undefined) return false
    const { figures, retirements } = trimmed
    trimmed.sweeping(() => {
      do {
        if (!evictTo(this.#target, SLICE, trimmed)) this.#target = Infinity
        retirements.run()
      } while (held(figures) > this.#target && hasTime())
    })
    if (held(figures) > this.#target) return true
    this.#target = Infinity
    return false
  }
}

/** @returns whether it could */
function evictTo(target: number, most: number, { figures, store }: Trimmed): boolean {
  for (let i = 0; i < most && held(figures) > target; i++) if (!store.evict('pressure')) return false
  return true
}

function leastOf(figures: CacheFigures): number {
  const least = figures.maxBytes === Infinity ? LEAST_ENTRIES : LEAST_BYTES
  return Math.max(least, Math.floor(held(figures) * LEAST))
}
