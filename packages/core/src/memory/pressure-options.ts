import * as v from 'valibot'
import { processClock, type Clock } from '../clock.ts'
import { checkOptions, clockRule, positiveMillis, rule, type OptionSchema } from '../option-check.ts'
import { cgroupSource } from './cgroup-source.ts'
import { heapSource } from './heap-source.ts'
import type { PressureSource } from './pressure-source.ts'
import { processSource } from './process-source.ts'

/** Options of a memory pressure monitor. */
export interface MemoryPressureOptions {
  /** Who is asked. Default: the heap, the process and the machine, and on Linux the process's cgroup. */
  sources?: readonly PressureSource[] | undefined
  /** How often, while somebody listens. Default 250. */
  pollMillis?: number | undefined
  /** A level is lowered after so long, and told once more after so long while it lasts. Default 2,000. */
  cooldownMillis?: number | undefined
  /** Time and timers. Default: the process's. */
  clock?: Clock | undefined
}

/** All decided. */
export interface MemoryPressureSettings {
  readonly sources: readonly PressureSource[]
  readonly pollMillis: number
  readonly cooldownMillis: number
  readonly clock: Clock
}

const schema: OptionSchema = v.strictObject({
  sources: v.optional(rule('an array of { name, read() }', isSources)),
  pollMillis: v.optional(positiveMillis),
  cooldownMillis: v.optional(positiveMillis),
  clock: v.optional(clockRule),
})

/** @throws ConfigError for the first option that is wrong */
export function pressureSettings(o: MemoryPressureOptions): MemoryPressureSettings {
  checkOptions('memory pressure monitor', schema, o)
  return {
    sources: [...(o.sources ?? usualSources())],
    pollMillis: o.pollMillis ?? 250,
    cooldownMillis: o.cooldownMillis ?? 2_000,
    clock: o.clock ?? processClock,
  }
}

function usualSources(): PressureSource[] {
  const cgroup = cgroupSource()
  const process = processSource(undefined, cgroup !== undefined)
  return [heapSource(), process, ...(cgroup === undefined ? [] : [cgroup])]
}

function isSources(sources: unknown): boolean {
  return (
    Array.isArray(sources) &&
    sources.every((source: Partial<PressureSource> | null | undefined) => {
      return typeof source?.name === 'string' && typeof source.read === 'function'
    })
  )
}
