import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where groups are made, and the file of their limit: of cgroup v2, of v1 and hybrid mounts. */
const MOUNTS = [
  ['/sys/fs/cgroup', 'memory.max'],
  ['/sys/fs/cgroup/memory', 'memory.limit_in_bytes'],
] as const

/** A group of processes of one's own whose memory is limited, by Linux itself. */
export class LimitedGroup implements Disposable {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** @returns undefined where this machine, or this user, may make none */
  static make(bytes: number): LimitedGroup | undefined {
    for (const [mount, limit] of MOUNTS) {
      const folder = join(mount, `leasehold-test-${process.pid}`)
      try {
        mkdirSync(folder)
      } catch {
        continue
      }
      const group = new LimitedGroup(folder)
      try {
        if (existsSync(join(folder, limit))) {
          writeFileSync(join(folder, limit), `${bytes}`)
          return group
        }
      } catch {
        // Not ours to limit.
      }
      group[Symbol.dispose]()
    }
    return undefined
  }

  /** What runs a program within it. */
  command(program: readonly string[]): [file: string, args: string[]] {
    const enter = `echo $$ > '${this.#folder}/cgroup.procs' && exec "$@"`
    return ['/bin/sh', ['-c', enter, 'sh', ...program]]
  }

  /** To be called when its processes have ended. */
  [Symbol.dispose](): void {
    rmdirSync(this.#folder)
  }
}
