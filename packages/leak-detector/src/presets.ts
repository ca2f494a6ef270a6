import type { Preset } from '@leasehold/core'
import type { DetectorSettings } from './detector-options.ts'

const production: DetectorSettings = {
  heldTooLongMillis: undefined,
  cleanup: { target: 0.999, warnBelow: 0.99, errorBelow: 0.95 },
  growth: true,
  sampling: { stacks: 128, gc: 128 },
}

export const detectorPresets: Readonly<Record<Preset, DetectorSettings>> = {
  production,
  /** Every stack, every dropped lease, and soon. */
  development: { ...production, heldTooLongMillis: 10_000, sampling: { stacks: 1, gc: 1 } },
  test: { ...production, heldTooLongMillis: 5_000, sampling: { stacks: 1, gc: 1 } },
  /** Fewer stacks, and nothing held beside the leases. */
  lowMemory: { ...production, sampling: { stacks: 1_024, gc: false } },
}
