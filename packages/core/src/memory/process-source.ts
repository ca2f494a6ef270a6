import { totalmem } from 'node:os'
import { levelOf, type PressureLevel } from './pressure-level.ts'
import type { PressureSource } from './pressure-source.ts'

const WARNING = 0.85
const CRITICAL = 0.95
/** A large machine is not short with 15 % to spare. */
const SPARE_WARNING_BYTES = 2 * 1024 ** 3
const SPARE_CRITICAL_BYTES = 512 * 1024 ** 2

/** What Node tells on every platform. */
export interface ProcessFigures {
  /** What the process has in memory. */
  readonly rss: number
  /** What the system limits it to; 0 or more than there is: nothing. */
  readonly constrained: number
  /** What it could still have; undefined or 0 where Node does not know. */
  readonly available: number | undefined
  readonly total: number
}

/**
 * The process's memory against its limit, or, where it has none, the machine's: what there is to spare, by a share of the
 * whole that is no more than 2 GiB (warning) and 512 MiB (critical).
 *
 * @param isGroupKnown whether another source knows the limit better: the resident memory has mapped files in it, too
 */
export function processSource(
  read: () => ProcessFigures = processFigures,
  isGroupKnown: boolean = false,
): PressureSource {
  return {
    name: 'process',
    read: (): PressureLevel => {
      const { rss, constrained, available, total } = read()
      if (!(total > 0)) return 'nominal'
      if (constrained > 0 && constrained < total) {
        // What is available of a limit leaves out what the kernel would drop.
        return isGroupKnown ? 'nominal' : levelOf(rss / constrained, WARNING, CRITICAL)
      }
      if (!(total > 0)) return 'nominal'
      const use = levelOf(rss / total, WARNING, CRITICAL)
      if (use === 'critical' || available === undefined || !(available > 0)) return use
      if (available <= Math.min((1 - CRITICAL) * total, SPARE_CRITICAL_BYTES)) return 'critical'
      return available <= Math.min((1 - WARNING) * total, SPARE_WARNING_BYTES) ? 'warning' : use
    },
  }
}

/** Of `process`. */
interface NodeFigures {
  readonly memoryUsage: { rss(): number }
  constrainedMemory?(): number | undefined
  availableMemory?(): number
}

/**
 * Where Node's `availableMemory()` has what the system would drop if asked. On macOS it has been the free pages alone for
 * years (libuv#3897), and is so on the others: a machine at rest has few of those.
 */
const AVAILABLE_ON: readonly NodeJS.Platform[] = ['linux', 'android', 'win32']

/** As Node tells them. What it does not know is 0, or it has no function for it. */
export function processFigures(
  platform: NodeJS.Platform = process.platform,
  node: NodeFigures = process,
): ProcessFigures {
  const available = AVAILABLE_ON.includes(platform) ? (node.availableMemory?.() ?? 0) : 0
  return {
    rss: node.memoryUsage.rss(),
    constrained: node.constrainedMemory?.() ?? 0,
    available: available === 0 ? undefined : available,
    total: totalmem(),
  }
}
