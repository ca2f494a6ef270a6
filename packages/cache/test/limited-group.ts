import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A cgroup of our own, whose memory is limited: what a container is. */
export interface LimitedGroup extends Disposable {
  /** Where a process writes its id to be in it. */
  readonly processes: string
}

/** Of cgroup v1, and of v2, with the file of the limit. */
const KINDS = [
  ['/sys/fs/cgroup/memory', 'memory.limit_in_bytes'],
  ['/sys/fs/cgroup', 'memory.max'],
] as const

/** @returns undefined where this machine does not let us: no Linux, no root, no memory controller */
export function limitedGroup(name: string, bytes: number): LimitedGroup | undefined {
  for (const [mount, limit] of KINDS) {
    const folder = join(mount, name)
    try {
      // In a plain folder, where no cgroups are mounted, nothing is made.
      if (!existsSync(join(mount, 'cgroup.procs'))) continue
      mkdirSync(folder)
    } catch {
      // Not ours to make.
      continue
    }
    try {
      writeFileSync(join(folder, limit), `${bytes}`, { flag: 'r+' })
      return { processes: join(folder, 'cgroup.procs'), [Symbol.dispose]: () => rmdirSync(folder) }
    } catch {
      // It has no memory to limit.
      rmdirSync(folder)
    }
  }
  return undefined
}
