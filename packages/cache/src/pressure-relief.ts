import {
  onPressure,
  type MemoryPressureMonitor,
  type PressureCall,
  type PressureLevel,
} from '@leasehold/core'
import type { CacheFigures } from './cache-figures.ts'
import type { RemovalReason } from './removal-reason.ts'

/** What is kept of what is held when the level is reached. */
const KEPT: Readonly<Record<PressureLevel, number>> = { nominal: 1, warning: 0.75, critical: 0.25 }
/** So many evictions at a time, until so much time is used; then the loop turns. */
const SLICE = 64
const BUDGET_MILLIS = 2

/** Kept from load: a program's fake timers do not stop it. */
const nextTurn = setImmediate

/** What is trimmed. */
export interface Trimmed {
  readonly figures: CacheFigures
  readonly store: { evict(reason: RemovalReason): boolean }
  isShort: boolean
  sweeping(fn: () => void): void
}

/**
 * Trims a cache when memory runs short: to three quarters under warning; to a quarter under critical, when nothing is let
 * in either. By bytes if those are limited, else by entries, and in slices, so that the loop is never held up.
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
    trimmed.isShort = monitor.level === 'critical'
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
    this.#target = Math.min(this.#target, this.#ceiling)
    this.#trim(trimmed, BUDGET_MILLIS)
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
    trimmed.isShort = level === 'critical'
    this.#ceiling = level === 'nominal' ? Infinity : Math.floor(held(trimmed.figures) * KEPT[level])
    this.#target = this.#ceiling
    if (!this.#isRunning && this.#target !== Infinity) this.#slice()
  }

  #slice(): void {
    const trimmed = this.#trimmed.deref()
    this.#isRunning = trimmed !== undefined && this.#trim(trimmed, BUDGET_MILLIS)
    if (this.#isRunning) nextTurn(() => this.#slice())
  }

  #relieve(): void {
    const trimmed = this.#trimmed.deref()
    if (trimmed === undefined) return
    this.#target = Math.floor(held(trimmed.figures) * KEPT.critical)
    this.#trim(trimmed, Infinity)
  }

  /** @returns whether there is more to do */
  #trim(trimmed: Trimmed, budgetMillis: number): boolean {
    const startedAt = performance.now()
    do {
      trimmed.sweeping(() => {
        for (let i = 0; i < SLICE && held(trimmed.figures) > this.#target; i++) {
          if (!trimmed.store.evict('pressure')) break
        }
      })
      if (held(trimmed.figures) <= this.#target) {
        this.#target = Infinity
        return false
      }
    } while (performance.now() - startedAt < budgetMillis)
    return true
  }
}

function held({ entries, bytes, maxBytes }: CacheFigures): number {
  return maxBytes === Infinity ? entries : bytes
}
