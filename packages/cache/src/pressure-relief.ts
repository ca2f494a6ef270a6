import {
  giveBackInSlices,
  giveBackMeanwhile,
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
  #isRunning: boolean = false

  /** @param owner whose end, noticed or not, ends the listening */
  constructor(monitor: MemoryPressureMonitor, trimmed: Trimmed, owner: object) {
    this.#monitor = monitor
    this.#trimmed = new WeakRef(trimmed)
    trimmed.admitsUpTo = monitor.level === 'critical' ? leastOf(trimmed.figures) : Infinity
    // What listens is this, which refers to no owner.
    this.#listening = onPressure(monitor, owner, (_, call) => this.#called(call))
  }

  /** For a program that fills the cache and does not let the loop turn. */
  check(): void {
    this.#monitor.check()
    if (this.#isRunning) giveBackMeanwhile()
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
    this.#target = level === 'nominal' ? Infinity : Math.floor(held(trimmed.figures) * KEPT[level])
    if (this.#isRunning || this.#target === Infinity) return
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
    const { figures, store, retirements } = trimmed
    trimmed.sweeping(() => {
      do {
        for (let i = 0; i < SLICE && held(figures) > this.#target; i++) {
          if (!store.evict('pressure')) this.#target = Infinity
        }
        retirements.run()
      } while (held(figures) > this.#target && hasTime())
    })
    if (held(figures) > this.#target) return true
    this.#target = Infinity
    return false
  }
}

function leastOf(figures: CacheFigures): number {
  const least = figures.maxBytes === Infinity ? LEAST_ENTRIES : LEAST_BYTES
  return Math.max(least, Math.floor(held(figures) * LEAST))
}
