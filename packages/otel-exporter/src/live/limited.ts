import type { Limited } from './live-state.ts'
import type { Owner } from './observations.ts'

/** How many rows of a kind a page is sent. */
export const MAX_ROWS = 50

/** The first {@link MAX_ROWS} of rows that are in order. */
export function limited<T>(rows: readonly T[], total: number = rows.length): Limited<T> {
  const shown = rows.slice(0, MAX_ROWS)
  return { rows: shown, more: Math.max(0, total - shown.length) }
}

/** So that rows of equal weight keep their places from one second to the next. */
export function byName(a: Owner, b: Owner): number {
  return compare(a.kind ?? '', b.kind ?? '') || compare(a.name, b.name)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
