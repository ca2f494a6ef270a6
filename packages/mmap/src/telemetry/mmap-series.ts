import { HotHistogram, SeriesByName } from '@leasehold/core'
import type { Backend } from '../mapping.ts'
import type { Fault } from '../mmap-error.ts'
import * as names from './names.generated.ts'

/** The figures of all mappings of one name: two of a name are summed, and what was counted outlives the mapping. */
export class MmapSeries {
  readonly name: string
  readonly open: Record<Backend, number> = { mmap: 0, file: 0 }
  /** Backends that the name has had: those that it never had are not reported. */
  readonly seen: Set<Backend> = new Set()
  mappedBytes: number = 0
  readBytes: number = 0
  writtenBytes: number = 0
  readonly faults: Record<Fault, number> = { truncated: 0, no_space: 0 }
  readonly fallbacks: Map<names.MmapFallbackReasonValue, number> = new Map()
  readonly flushes: HotHistogram = new HotHistogram(names.METRIC_MMAP_FLUSH_DURATION.boundaries)

  constructor(name: string) {
    this.name = name
  }
}

export const mmapSeries: SeriesByName<MmapSeries> = new SeriesByName(name => new MmapSeries(name))
