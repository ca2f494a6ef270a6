import { giveBackInSlices, onPressure, type PressureCall } from '@leasehold/core'
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

function shrink<T>(frame: PoolFrame<T>, call: PressureCall): void {
  const { counts, idle, settings, retirements } = frame
  const kept = Math.floor(counts.idle * KEPT[call])
  const retireSome = (hasTime: () => boolean): boolean => {
    while (
      counts.idle > kept &&
      counts.live > settings.min &&
      idle.oldest !== undefined &&
      !frame.isDraining
    ) {
      void retirements.retire(idle.oldest, 'pressure')
      if (!hasTime()) return true
    }
    return false
  }
  if (call === 'relieve') retireSome(() => true)
  else if (call !== 'nominal') giveBackInSlices(retireSome)
}
