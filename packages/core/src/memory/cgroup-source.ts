import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { levelOf, type PressureLevel } from './pressure-level.ts'
import type { PressureSource } from './pressure-source.ts'

/** Of the limit, what is in use and cannot simply be dropped. */
const WARNING = 0.85
const CRITICAL = 0.95
/** Of the time, how long something in the group waited for memory. */
const STALLED_WARNING = 0.1
const STALLED_CRITICAL = 0.4

/** Reads a file of the group, by name; throws where there is none. */
export type GroupFile = (name: string) => string

/**
 * A container's memory, of cgroup v2 on Linux: the working set against the limit, how long the group has waited for memory
 * (pressure stall information), and how often the limit was run into. @returns undefined where there is no such group
 */
export function cgroupSource(file: GroupFile | undefined = groupFile()): PressureSource | undefined {
  if (file === undefined) return undefined
  let before: Reading | undefined
  return {
    name: 'cgroup',
    read: () => {
      const now = reading(file)
      const level = worst([now.use, ...(before === undefined ? [] : since(before, now))])
      before = now
      return level
    },
  }
}

interface Reading {
  readonly use: PressureLevel
  readonly atMicros: number
  readonly stalledMicros: number
  readonly limitHits: number
  readonly kills: number
}

function reading(file: GroupFile): Reading {
  const limit = Number(text(file, 'memory.max') ?? 'max')
  const current = Number(text(file, 'memory.current') ?? 0)
  // The kernel drops clean pages of files by itself.
  const workingSet = current - field(text(file, 'memory.stat'), 'inactive_file')
  const events = text(file, 'memory.events')
  const stalled = /^some .*total=(\d+)/m.exec(text(file, 'memory.pressure') ?? '')?.[1]
  return {
    use: Number.isFinite(limit) && limit > 0 ? levelOf(workingSet / limit, WARNING, CRITICAL) : 'nominal',
    atMicros: performance.now() * 1_000,
    stalledMicros: Number(stalled ?? 0),
    limitHits: field(events, 'max'),
    kills: field(events, 'oom_kill'),
  }
}

function since(before: Reading, now: Reading): PressureLevel[] {
  const micros = Math.max(1, now.atMicros - before.atMicros)
  const stalled = (now.stalledMicros - before.stalledMicros) / micros
  return [
    levelOf(stalled, STALLED_WARNING, STALLED_CRITICAL),
    now.limitHits > before.limitHits ? 'warning' : 'nominal',
    now.kills > before.kills ? 'critical' : 'nominal',
  ]
}

function worst(levels: readonly PressureLevel[]): PressureLevel {
  if (levels.includes('critical')) return 'critical'
  return levels.includes('warning') ? 'warning' : 'nominal'
}

/** What a kernel does not have says nothing. */
function text(file: GroupFile, name: string): string | undefined {
  try {
    return file(name).trim()
  } catch {
    return undefined
  }
}

function field(lines: string | undefined, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(lines ?? '')?.[1] ?? 0)
}

function groupFile(): GroupFile | undefined {
  if (process.platform !== 'linux') return undefined
  try {
    const path = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1]
    if (path === undefined) return undefined
    // Within a container the group's own files are at the root of the mount.
    for (const folder of [join('/sys/fs/cgroup', path), '/sys/fs/cgroup']) {
      if (existsSync(join(folder, 'memory.current'))) return name => readFileSync(join(folder, name), 'utf8')
    }
  } catch {
    // No /proc, or not ours to read.
  }
  return undefined
}
