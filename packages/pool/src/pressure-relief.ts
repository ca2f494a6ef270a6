import { onPressure, type PressureCall } from '@leasehold/core'
import type { PoolFrame } from './pool-frame.ts'

/** How much of what idles is kept when memory is that short. */
const KEPT: Readonly<Record<PressureCall, number>> = { nominal: 1, warning: 0.5, critical: 0, relieve: 0 }

/**
 * Has the pool give up idle resources when memory runs short, the oldest first and never below `min`: half of them under
 * warning, all under critical. What is in use stays, and whoever needs one more gets it.
 */
export function relievePressure<T>(frame: PoolFrame<T>): Disposable | undefined {
  const { pressure } = frame.settings
  return pressure === false ? undefined : onPressure(pressure, frame, shrink)
}

function shrink<T>(
  { counts, idle, settings, retirements, isDraining }: PoolFrame<T>,
  call: PressureCall,
): void {
  if (isDraining) return
  const kept = Math.floor(counts.idle * KEPT[call])
  while (counts.idle > kept && counts.live > settings.min && idle.oldest !== undefined) {
    void retirements.retire(idle.oldest, 'pressure')
  }
}
