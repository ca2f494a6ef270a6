/** How short memory is. */
export type PressureLevel =
  | 'nominal'
  /** Give back what is easily made again. */
  | 'warning'
  /** The process may be ended soon: give back all that can be spared. */
  | 'critical'

export const PRESSURE_LEVELS: readonly PressureLevel[] = ['nominal', 'warning', 'critical']

/** The level of a share of something limited. */
export function levelOf(share: number, warning: number, critical: number): PressureLevel {
  if (share >= critical) return 'critical'
  return share >= warning ? 'warning' : 'nominal'
}
