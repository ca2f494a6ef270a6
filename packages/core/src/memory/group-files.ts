import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Reads a file of a cgroup, by its name in cgroup v2; throws where there is none. */
export type GroupFile = (name: string) => string

/** Reads a file of the system's; throws where it cannot. */
type ReadFile = (path: string) => string

const MOUNT = '/sys/fs/cgroup'
/** Of cgroup v1, also where both are mounted: a controller is in one of them. */
const MOUNT_V1 = `${MOUNT}/memory`

/** More than any machine has: what cgroup v1 has for no limit. */
const UNLIMITED_BYTES = 2 ** 60

/** Infinity of `max`, of what is no number, and of nothing. */
export function bytesOf(limit: string | undefined): number {
  const bytes = limit !== undefined && /^\d+$/.test(limit) ? Number(limit) : Infinity
  return bytes < UNLIMITED_BYTES ? bytes : Infinity
}

/**
 * The files of the process's memory cgroup and of those above it that are limited, or of its own alone where none is. Within a
 * container its own are at the root of the mount. @returns none where there is none, or none to read
 */
export function groupFiles(
  platform: string = process.platform,
  read: ReadFile = path => readFileSync(path, 'utf8'),
): GroupFile[] {
  if (platform !== 'linux') return []
  try {
    const groups = read('/proc/self/cgroup')
    const v1 = /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(.*)$/m.exec(groups)?.[1]
    const v2 = /^0::(.*)$/m.exec(groups)?.[1]
    const ofV1 =
      v1 === undefined ? [] : filesAbove(MOUNT_V1, v1, at => inV2Terms(name => read(join(at, name))))
    if (ofV1.length > 0) return ofV1
    return v2 === undefined ? [] : filesAbove(MOUNT, v2, at => name => read(join(at, name)))
  } catch {
    // No /proc, or not ours to read.
    return []
  }
}

function filesAbove(mount: string, path: string, filesOf: (folder: string) => GroupFile): GroupFile[] {
  const found: GroupFile[] = []
  // Normalized first: a group outside of this namespace is shown as one above its root.
  for (let at = join('/', path); ; at = dirname(at)) {
    const file = filesOf(join(mount, at))
    if (textOf(file, 'memory.current') !== undefined) found.push(file)
    if (at === '/') break
  }
  const limited = found.filter(isLimited)
  return limited.length > 0 ? limited : found.slice(0, 1)
}

function isLimited(file: GroupFile): boolean {
  return bytesOf(textOf(file, 'memory.max')) < Infinity || bytesOf(textOf(file, 'memory.high')) < Infinity
}

/** What the file holds; undefined where there is none, as a kernel does not have all of them. */
export function textOf(file: GroupFile, name: string): string | undefined {
  try {
    return file(name).trim()
  } catch {
    return undefined
  }
}

/** What cgroup v1 tells, as v2 would. Its figures of all groups beneath begin with `total_`. */
function inV2Terms(file: GroupFile): GroupFile {
  return name => {
    switch (name) {
      case 'memory.max':
        return file('memory.limit_in_bytes')
      case 'memory.current':
        return file('memory.usage_in_bytes')
      case 'memory.stat':
        return file(name)
          .replaceAll(/^(?!total_).*\n/gm, '')
          .replaceAll(/^total_/gm, '')
      case 'memory.events': {
        const kills = /^oom_kill (\d+)$/m.exec(file('memory.oom_control'))?.[1] ?? 0
        return `max ${file('memory.failcnt').trim()}\noom_kill ${kills}\n`
      }
      default:
        throw new Error(`cgroup v1 has no ${name}`)
    }
  }
}
