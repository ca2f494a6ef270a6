import type { LeakReasonValue } from './names.generated.ts'

/** The leaks of one kind and name, in all registries of the process and for as long as it lives. */
export interface LeakSeries {
  readonly kind: string
  readonly name: string
  readonly leaks: Record<LeakReasonValue, number>
}

/** How many pairs of kind and name are told apart; core's registries tell as many apart. */
const MAX_SERIES = 400
const OTHER = '_OTHER'
const byKind = new Map<string, Map<string, LeakSeries>>()
let size = 0

export function leakSeries(kind: string, name: string): LeakSeries {
  const known = byKind.get(kind)?.get(name)
  if (known !== undefined) return known
  if (size >= MAX_SERIES && (kind !== OTHER || name !== OTHER)) return leakSeries(OTHER, OTHER)
  size++
  const made = { kind, name, leaks: { overdue: 0, outlived: 0, abandoned: 0, growth: 0 } }
  const byName = byKind.get(kind)
  if (byName === undefined) byKind.set(kind, new Map([[name, made]]))
  else byName.set(name, made)
  return made
}

export function* allLeakSeries(): Generator<LeakSeries> {
  for (const byName of byKind.values()) yield* byName.values()
}
