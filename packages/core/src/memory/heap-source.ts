import { getHeapStatistics } from 'node:v8'
import { levelOf } from './pressure-level.ts'
import type { PressureSource } from './pressure-source.ts'

const WARNING = 0.75
const CRITICAL = 0.88
/** What V8's limit has in it for young objects, three times 16 MiB: the old ones, which end the process, cannot have it. */
const YOUNG_BYTES = 48 * 1024 * 1024

/** The JavaScript heap against its own limit: what ends a process with "heap out of memory". */
export function heapSource(read: () => HeapFigures = getHeapStatistics): PressureSource {
  return {
    name: 'heap',
    read: () => {
      const { used_heap_size: used, heap_size_limit: whole } = read()
      const limit = Math.max(whole / 2, whole - YOUNG_BYTES)
      return limit > 0 ? levelOf(used / limit, WARNING, CRITICAL) : 'nominal'
    },
  }
}

/** Of `v8.getHeapStatistics()`. */
export interface HeapFigures {
  readonly used_heap_size: number
  readonly heap_size_limit: number
}
