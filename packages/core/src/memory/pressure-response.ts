import type * as v from 'valibot'
import { rule } from '../option-check.ts'
import type { MemoryPressureMonitor } from './memory-pressure-monitor.ts'
import type { PressureLevel } from './pressure-level.ts'

/** What is to be answered: a level that is reached, or lasts; or that all which can be spared is given back now. */
export type PressureCall = PressureLevel | 'relieve'

/** Of an option that takes a monitor. */
export const pressureRule: v.GenericSchema<MemoryPressureMonitor | false> = rule(
  'a MemoryPressureMonitor, or false',
  isMonitorOrFalse,
)

type Answer = (call: PressureCall) => void

/** Of one monitor: however many there are, it has three listeners, and one may leave at no cost. */
class Audience {
  readonly #monitor: MemoryPressureMonitor
  readonly #answers: Set<Answer> = new Set()
  #listening: readonly Disposable[] = []

  constructor(monitor: MemoryPressureMonitor) {
    this.#monitor = monitor
  }

  add(answer: Answer): void {
    this.#answers.add(answer)
    if (this.#answers.size > 1) return
    this.#listening = [
      this.#monitor.on('change', ({ level }) => this.#call(level)),
      this.#monitor.on('persist', ({ level }) => this.#call(level)),
      this.#monitor.on('relieve', () => this.#call('relieve')),
    ]
  }

  delete(answer: Answer): void {
    if (!this.#answers.delete(answer) || this.#answers.size > 0) return
    for (const each of this.#listening) each[Symbol.dispose]()
  }

  /** What one throws is the monitor's to count, once all have been called. */
  #call(call: PressureCall): void {
    const errors: unknown[] = []
    for (const answer of this.#answers) {
      try {
        answer(call)
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  }
}

const audiences = new WeakMap<MemoryPressureMonitor, Audience>()

/** An owner that is dropped without a word is listened for no more. */
const dropped = new FinalizationRegistry<() => void>(stop => stop())

/**
 * Has `respond` answer for `owner` whenever memory runs short, and when that is over. The monitor does not keep the owner:
 * `respond` must not either.
 */
export function onPressure<Owner extends object>(
  monitor: MemoryPressureMonitor,
  owner: Owner,
  respond: (owner: Owner, call: PressureCall) => void,
): Disposable {
  const weak = new WeakRef(owner)
  const audience = audiences.get(monitor) ?? new Audience(monitor)
  audiences.set(monitor, audience)
  const answer: Answer = call => {
    const alive = weak.deref()
    if (alive !== undefined) respond(alive, call)
  }
  audience.add(answer)
  const stop = (): void => {
    audience.delete(answer)
    dropped.unregister(answer)
  }
  dropped.register(owner, stop, answer)
  return { [Symbol.dispose]: stop }
}

/** One of another copy of this package, too. */
function isMonitorOrFalse(monitor: unknown): boolean {
  if (monitor === false) return true
  const m = monitor as Partial<MemoryPressureMonitor> | null | undefined
  return typeof m?.on === 'function' && typeof m.check === 'function' && typeof m.level === 'string'
}
