import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Reads a file of a cgroup, by its name in cgroup v2; throws where there is none. */
export type GroupFile = (name: string) => string

/** Reads a file of the system's; throws where it cannot. */
type ReadFile = (path: string) => string

const MOUNT = '/sys/fs/cgroup'
/** Of cgroup v1, also where both are mounted: a controller is in one of them. */
const MOUNT_V1 = `${MOUNT}/memory`

/** Infinity of `max`, of what is no number, and of nothing. */
export function bytesOf(limit: string | undefined): number {
  const digits = limit?.trim() ?? ''
  return /^\d+$/.test(digits) ? Number(digits) : Infinity
}

/** The files of the memory cgroup that limits this process. @returns undefined where there is none, or none to read */
export function groupFile(
  platform: string = process.platform,
  read: ReadFile = path => readFileSync(path, 'utf8'),
): GroupFile | undefined {
  if (platform !== 'linux') return undefined
  try {
    const groups = read('/proc/self/cgroup')
    const v1 = /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(.*)$/m.exec(groups)?.[1]
    const v2 = /^0::(.*)$/m.exec(groups)?.[1]
    return (
      (v1 === undefined
        ? undefined
        : limitingGroup(MOUNT_V1, v1, at => inV2Terms(name => read(join(at, name))))) ??
      (v2 === undefined ? undefined : limitingGroup(MOUNT, v2, at => name => read(join(at, name))))
    )
  } catch {
    // No /proc, or not ours to read.
    return undefined
  }
}

/**
 * Of the group and those above it the one with the lowest limit; the nearest where they are alike. Within a container the
 * group's own files are at the root of the mount.
 */
function limitingGroup(
  mount: string,
  path: string,
  filesOf: (folder: string) => GroupFile,
): GroupFile | undefined {
  let lowest = Infinity
  let found: GroupFile | undefined
  // A group outside of this namespace is shown as one above its root.
  const inMount = join('/', path.replaceAll('..', ''))
  for (let at = join(mount, inMount); at.startsWith(mount); at = dirname(at)) {
    const file = filesOf(at)
    if (read(file, 'memory.current') === undefined) continue
    const limit = Math.min(bytesOf(read(file, 'memory.max')), bytesOf(read(file, 'memory.high')))
    if (found !== undefined && limit >= lowest) continue
    found = file
    lowest = limit
  }
  return found
}

function read(file: GroupFile, name: string): string | undefined {
  try {
    return file(name)
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
