/** So many runs are under way at a time. */
const LEAD = 4

/**
 * For programs that mostly wait: the runs after the one asked for are begun with it, and each test awaits its own.
 * Returns what gives the result of a run, to be asked for in order.
 */
export function runAhead<Result>(
  runs: readonly (() => Promise<Result>)[],
): (index: number) => Promise<Result> {
  const begun: Promise<Result>[] = []
  return index => {
    for (let next = index; next < Math.min(index + LEAD, runs.length); next++) {
      begun[next] ??= begin(runs[next]!)
    }
    return begun[index]!
  }
}

function begin<Result>(run: () => Promise<Result>): Promise<Result> {
  const result = run()
  // Its test awaits it, perhaps long after it failed.
  result.catch(() => {})
  return result
}
