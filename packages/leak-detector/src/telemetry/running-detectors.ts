import type { Alert } from '../alert.ts'
import type { CleanupHealth } from '../cleanup-health.ts'

/** What telemetry reads of a running detector. */
export interface DetectorReading {
  active(): readonly Pick<Alert, 'rule' | 'severity' | 'kind' | 'name'>[]
  healths(): Iterable<CleanupHealth>
}

/** The detectors that run in this process. */
export const runningDetectors: Set<DetectorReading> = new Set()
