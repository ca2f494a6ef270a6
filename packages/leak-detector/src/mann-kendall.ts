/**
 * The Mann-Kendall statistic of a series: how far its rises outnumber its falls, in standard deviations. It asks for no
 * shape of the growth, and one outlier does not move it much. Ties are allowed for. 0 for a constant series.
 */
export function mannKendallZ(series: readonly number[]): number {
  const n = series.length
  let s = 0
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) s += Math.sign(series[j]! - series[i]!)
  }
  const ties = new Map<number, number>()
  for (const value of series) ties.set(value, (ties.get(value) ?? 0) + 1)
  const spread = (t: number): number => t * (t - 1) * (2 * t + 5)
  let variance = spread(n)
  for (const count of ties.values()) variance -= spread(count)
  if (s === 0 || variance === 0) return 0
  return (s - Math.sign(s)) / Math.sqrt(variance / 18)
}
