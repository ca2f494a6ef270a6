import type { Meter } from '@opentelemetry/api'
import { ObservedInstruments, type Observations } from '@leasehold/core'
import { mmapSeries, type MmapSeries } from './mmap-series.ts'
import * as names from './names.generated.ts'

const METRICS = [
  names.METRIC_MMAP_MAPPING_COUNT,
  names.METRIC_MMAP_MAPPED_SIZE,
  names.METRIC_MMAP_IO,
  names.METRIC_MMAP_FAULTS,
  names.METRIC_MMAP_FALLBACKS,
]

export function mmapInstruments(meter: Meter): Disposable {
  return new ObservedInstruments(meter, METRICS, to => {
    for (const series of mmapSeries) tellMappings(series, to)
  })
}

function tellMappings(series: MmapSeries, to: Observations): void {
  const own = { [names.ATTR_KIND]: 'mmap.mapping', [names.ATTR_NAME]: series.name }
  for (const backend of series.seen) {
    const attributes = { ...own, [names.ATTR_MMAP_BACKEND]: backend }
    to.tell(names.METRIC_MMAP_MAPPING_COUNT, series.open[backend], attributes)
  }
  if (series.seen.has('mmap')) to.tell(names.METRIC_MMAP_MAPPED_SIZE, series.mappedBytes, own)
  const bytes = { read: series.readBytes, write: series.writtenBytes }
  for (const direction of names.MMAP_DIRECTION_VALUES) {
    to.tell(names.METRIC_MMAP_IO, bytes[direction], { ...own, [names.ATTR_MMAP_DIRECTION]: direction })
  }
  for (const reason of names.MMAP_FAULT_REASON_VALUES) {
    const attributes = { ...own, [names.ATTR_MMAP_FAULT_REASON]: reason }
    to.tell(names.METRIC_MMAP_FAULTS, series.faults[reason], attributes)
  }
  for (const [reason, count] of series.fallbacks) {
    to.tell(names.METRIC_MMAP_FALLBACKS, count, { ...own, [names.ATTR_MMAP_FALLBACK_REASON]: reason })
  }
}
