import { totalmem } from 'node:os'
import { levelOf, type PressureLevel } from './pressure-level.ts'
import type { PressureSource } from './pressure-source.ts'

const WARNING = 0.85
const CRITICAL = 0.95

/** What Node tells on every platform. */
export interface ProcessFigures {
  /** What the process has in memory. */
  readonly rss: number
  /** What the system limits it to; 0 or more than there is: nothing. */
  readonly constrained: number
  /** What it could still have; undefined where Node does not know. */
  readonly available: number | undefined
  readonly total: number
}

/** The process's and the machine's memory, for platforms without cgroups: macOS, Windows, a bare Linux. */
export function processSource(read: () => ProcessFigures = processFigures): PressureSource {
  return {
    name: 'process',
    read: (): PressureLevel => {
      const { rss, constrained, available, total } = read()
      const limit = constrained > 0 && constrained < total ? constrained : total
      const use = levelOf(rss / limit, WARNING, CRITICAL)
      if (use !== 'nominal' || available === undefined) return use
      return levelOf(1 - available / total, WARNING, CRITICAL)
    },
  }
}

function processFigures(): ProcessFigures {
  const { constrainedMemory, availableMemory } = process as {
    constrainedMemory?: () => number | undefined
    availableMemory?: () => number
  }
  return {
    rss: process.memoryUsage.rss(),
    constrained: constrainedMemory?.call(process) ?? 0,
    available: availableMemory?.call(process),
    total: totalmem(),
  }
}
