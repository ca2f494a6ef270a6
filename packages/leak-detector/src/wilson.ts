/** One-sided, 99.9 %: what an alert must be sure of. */
export const Z_ALERT = 3.09
/** One-sided, 95 %: what proves a target. */
export const Z_PROOF = 1.645

/** The Wilson score bounds of a success rate, of which `successes` in `total` were seen. Without any, 0 and 1. */
export function wilson(successes: number, total: number, z: number): { lower: number; upper: number } {
  if (total === 0) return { lower: 0, upper: 1 }
  const rate = successes / total
  const z2 = z * z
  const centre = rate + z2 / (2 * total)
  const margin = z * Math.sqrt((rate * (1 - rate)) / total + z2 / (4 * total * total))
  const scale = 1 + z2 / total
  return { lower: Math.max(0, (centre - margin) / scale), upper: Math.min(1, (centre + margin) / scale) }
}
