import { resourceLimits } from 'node:worker_threads'

const MIB = 1024 * 1024
const FLAG = /--max[-_]old[-_]space[-_]size[= ](\d+)/g

/** What {@link oldLimitOf} goes by. */
export interface HeapLimitFacts {
  /** `v8.getHeapStatistics().heap_size_limit`. */
  readonly wholeBytes: number
  /** The process's flags: its own, and those of `NODE_OPTIONS` before them. */
  readonly flags: string
  /** In a worker, in MiB; else undefined. */
  readonly workerMib: number | undefined
  /** `process.versions.v8`. */
  readonly v8: string
}

/**
 * The bytes that old objects may take: what ends a process with "heap out of memory". V8 tells only the sum of that and of
 * what it has for young ones, thrice the largest semi-space: 48 MiB in Node.js 20 and 22, 192 in 24, 96 in 26. With a heap
 * of 64 MiB that is most of the sum.
 */
export function oldLimitOf({ wholeBytes, flags, workerMib, v8 }: HeapLimitFacts): number {
  // The last one counts.
  const flag = [...flags.matchAll(FLAG)].at(-1)?.[1]
  const told = (workerMib ?? Number(flag ?? 0)) * MIB
  if (told > 0 && told <= wholeBytes) return told
  const youngBytes = (Number.parseInt(v8, 10) >= 13 ? 192 : 48) * MIB
  return Math.max(wholeBytes / 2, wholeBytes - youngBytes)
}

/** Of this thread, but for `wholeBytes`. */
export function heapLimitFacts(wholeBytes: number): HeapLimitFacts {
  const { maxOldGenerationSizeMb: workerMib } = resourceLimits as { maxOldGenerationSizeMb?: number }
  const flags = [process.env['NODE_OPTIONS'] ?? '', ...process.execArgv].join(' ')
  return { wholeBytes, flags, workerMib, v8: process.versions.v8 }
}
