import { HotHistogram } from '@leasehold/core'
import type { Backend } from '../mapping.ts'
import type { Fault } from '../mmap-error.ts'
import * as names from './names.generated.ts'

/** How many names are told apart; what comes beyond is counted under one. */
const MAX_NAMES = 384
const OTHER = '_OTHER'

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

const series = new Map<string, MmapSeries>()

export function seriesOf(name: string): MmapSeries {
  const known = series.get(name)
  if (known !== undefined) return known
  const key = series.size < MAX_NAMES ? name : OTHER
  let found = series.get(key)
  if (found === undefined) series.set(key, (found = new MmapSeries(key)))
  return found
}

export function allSeries(): Iterable<MmapSeries> {
  return series.values()
}
