import type { EventMap, LeaseInfo } from '@leasehold/core'
import type { Alert } from './alert.ts'

/** How a lease leaked. */
export type LeakReason = 'overdue' | 'outlived' | 'abandoned'

/** One lease that has leaked, told with the next look of the detector, a second later at most. */
export interface LeakEvent {
  readonly type: 'leak'
  readonly reason: LeakReason
  readonly lease: LeaseInfo
}

/** One that had leaked has been released after all, or is within its leak threshold again, as that was raised. */
export interface UnleakedEvent {
  readonly type: 'unleaked'
  readonly lease: LeaseInfo
}

export interface AlertEvent {
  readonly type: 'alert'
  readonly alert: Alert
}

export type DetectorEventType = 'leak' | 'unleaked' | 'alert'

/** What a detector tells its listeners. */
export interface DetectorEvents extends EventMap<DetectorEventType> {
  readonly leak: LeakEvent
  readonly unleaked: UnleakedEvent
  readonly alert: AlertEvent
}
