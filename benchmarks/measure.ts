/** Measuring and printing, alike in all benchmarks. */
import { appendFileSync } from 'node:fs'

/** The best of `rounds` for each contestant, in nanoseconds an operation; printed with the ratio to the first. */
export function bestNanos<T extends string>(
  rounds: number,
  operations: number,
  contestants: Readonly<Record<T, () => void>>,
): Record<T, number> {
  const names = Object.keys(contestants) as T[]
  const best = Object.fromEntries(names.map(name => [name, Infinity])) as Record<T, number>
  // Round by round, not one after the other: a busy spell of the machine then hits them all.
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const start = process.hrtime.bigint()
      contestants[name]()
      best[name] = Math.min(best[name], Number(process.hrtime.bigint() - start) / operations)
    }
  }
  for (const name of names) row(name, best[name])
  return best
}

export function heading(what: string, how: string): void {
  console.log(`\n${what} (${how})`)
}

export function row(name: string, nanos: number): void {
  console.log(`  ${name.padEnd(46)} ${nanos.toFixed(1).padStart(9)} ns`)
}

/** A figure beside its bar. A miss is told, not hidden; it is no failure of the run, machines differ. */
export function bar(name: string, figure: number, limit: number, unit: string): void {
  const verdict = figure <= limit ? 'within' : 'MISSED'
  console.log(`  → ${name}: ${figure.toFixed(2)} ${unit} (bar ${limit} ${unit}: ${verdict})`)
  // For the gate of scripts/bench.mjs.
  const file = process.env['LEASEHOLD_BENCH_FIGURES']
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ name, figure, unit })}\n`)
}
