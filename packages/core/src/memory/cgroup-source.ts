import { bytesOf, groupFiles, textOf, type GroupFile } from './group-files.ts'
import { levelOf, PRESSURE_LEVELS, type PressureLevel } from './pressure-level.ts'
import type { PressureSource } from './pressure-source.ts'

/** Of the limit, what is in use and cannot simply be dropped. */
const WARNING = 0.85
const CRITICAL = 0.95
/** Below that share a limit that is run into was run into by pages of files, which the kernel drops by itself. */
const NEAR = 0.7
/** Of the time, how long something in the group waited for memory. */
const STALLED_WARNING = 0.1
const STALLED_CRITICAL = 0.4
/** Over less time, one wait of a millisecond would be a large share. */
const STALL_WINDOW_MILLIS = 1_000

interface Counters {
  readonly limitHits: number
  readonly failures: number
}

/**
 * A container's memory, of a cgroup on Linux, v2 or v1: the working set against the limit, how long the group has waited for
 * memory (pressure stall information, v2 only), and how often the limit was run into. The worst of the groups counts.
 *
 * @returns undefined where there is no such group
 */
export function cgroupSource(
  groups: readonly GroupFile[] = groupFiles(),
  now: () => number = () => performance.now(),
): PressureSource | undefined {
  if (groups.length === 0) return undefined
  const readers = groups.map(file => new Group(file))
  return { name: 'cgroup', read: () => worst(readers.flatMap(group => group.read(now()))) }
}

class Group {
  readonly #file: GroupFile
  readonly #stall: Stall = new Stall()
  #before: Counters | undefined

  constructor(file: GroupFile) {
    this.#file = file
  }

  read(now: number): PressureLevel[] {
    const file = this.#file
    const share = workingSetShare(file)
    const counters = countersOf(file)
    const before = this.#before
    // One that cannot be read now has not begun at 0 anew.
    this.#before = counters ?? before
    return [
      levelOf(share, WARNING, CRITICAL),
      this.#stall.read(textOf(file, 'memory.pressure'), now),
      ...(before === undefined || counters === undefined ? [] : since(before, counters, share)),
    ]
  }
}

function worst(levels: readonly PressureLevel[]): PressureLevel {
  return PRESSURE_LEVELS[Math.max(...levels.map(level => PRESSURE_LEVELS.indexOf(level)))]!
}

/** 0 where nothing is limited. */
function workingSetShare(file: GroupFile): number {
  const limit = Math.min(bytesOf(textOf(file, 'memory.max')), bytesOf(textOf(file, 'memory.high')))
  const current = Number(textOf(file, 'memory.current') ?? 0)
  // The kernel drops clean pages of files by itself.
  const workingSet = current - field(textOf(file, 'memory.stat'), 'inactive_file')
  return limit > 0 && limit < Infinity ? workingSet / limit : 0
}

function countersOf(file: GroupFile): Counters | undefined {
  const events = textOf(file, 'memory.events')
  if (events === undefined) return undefined
  return {
    limitHits: field(events, 'max') + field(events, 'high'),
    failures: field(events, 'oom') + field(events, 'oom_kill'),
  }
}

function since(before: Counters, now: Counters, share: number): PressureLevel[] {
  return [
    share >= NEAR && now.limitHits > before.limitHits ? 'warning' : 'nominal',
    now.failures > before.failures ? 'critical' : 'nominal',
  ]
}

/** The share of time that something waited for memory, over a second or more. */
class Stall {
  #level: PressureLevel = 'nominal'
  #micros: number | undefined
  #at: number = 0

  read(pressure: string | undefined, now: number): PressureLevel {
    const total = /^some .*total=(\d+)/m.exec(pressure ?? '')?.[1]
    if (total === undefined) return 'nominal'
    const micros = Number(total)
    if (this.#micros !== undefined && now - this.#at < STALL_WINDOW_MILLIS) return this.#level
    if (this.#micros !== undefined) {
      const share = (micros - this.#micros) / 1_000 / (now - this.#at)
      this.#level = levelOf(share, STALLED_WARNING, STALLED_CRITICAL)
    }
    this.#micros = micros
    this.#at = now
    return this.#level
  }
}

function field(lines: string | undefined, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(lines ?? '')?.[1] ?? 0)
}
