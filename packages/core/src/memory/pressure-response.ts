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
  const answer = (call: PressureCall): void => {
    const alive = weak.deref()
    if (alive !== undefined) respond(alive, call)
  }
  const listening = [
    monitor.on('change', ({ level }) => answer(level)),
    monitor.on('persist', ({ level }) => answer(level)),
    monitor.on('relieve', () => answer('relieve')),
  ]
  const stop = (): void => {
    for (const each of listening) each[Symbol.dispose]()
  }
  dropped.register(owner, stop)
  return { [Symbol.dispose]: stop }
}

/** One of another copy of this package, too. */
function isMonitorOrFalse(monitor: unknown): boolean {
  if (monitor === false) return true
  const m = monitor as Partial<MemoryPressureMonitor> | null | undefined
  return typeof m?.on === 'function' && typeof m.check === 'function' && typeof m.level === 'string'
}
