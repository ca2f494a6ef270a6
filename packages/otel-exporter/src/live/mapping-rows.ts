import { byName } from './limited.ts'
import type { MappingRow } from './live-state.ts'
import { ATTRIBUTE, METRIC } from './metric-names.ts'
import type { Observations } from './observations.ts'

/** The mapped files: the largest first. */
export function mappingRows(seen: Observations): MappingRow[] {
  return seen
    .names(METRIC.mappings)
    .map(name => {
      const of = { name }
      const count = (backend: string): number =>
        seen.sumWhere(METRIC.mappings, of, ATTRIBUTE.backend, [backend])
      return {
        name,
        mapped: count('mmap'),
        onFile: count('file'),
        bytes: seen.value(METRIC.mappedSize, of) ?? 0,
        faults: seen.value(METRIC.mappingFaults, of) ?? 0,
        fallbacks: seen.value(METRIC.mappingFallbacks, of) ?? 0,
      }
    })
    .sort((a, b) => b.bytes - a.bytes || byName(a, b))
}
