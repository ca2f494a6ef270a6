import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { limitedGroup, type LimitedGroup } from './limited-group.ts'

const run = promisify(execFile)
const MIB = 1024 * 1024

describe('a cache of Buffers in a container of 256 MiB', function () {
  this.timeout(60_000)
  let group: LimitedGroup

  before(function () {
    const made = limitedGroup(`leasehold-test-${process.pid}`, 256 * MIB)
    if (made === undefined) this.skip()
    group = made
  })
  after(() => {
    // Of what was killed the kernel may still be freeing pages.
    ;(group as LimitedGroup | undefined)?.[Symbol.dispose]()
  })

  /** In the group from its first instruction on. */
  function inGroup(what: string, millis: number): Promise<{ stdout: string }> {
    const program = fileURLToPath(new URL('programs/small-group.ts', import.meta.url))
    const flags = ['--conditions=leasehold-source', '--import=tsx']
    const script = 'echo $$ > "$0" && exec "$@"'
    const args = [group.processes, process.execPath, ...flags, program, what, `${millis}`]
    return run('sh', ['-c', script, ...args])
  }

  it('is trimmed before the kernel kills the process, as it does with a Map, and serves again', async () => {
    await assert.rejects(inGroup('map', 30_000), { signal: 'SIGKILL' })
    const { stdout } = await inGroup('cache', 3_000)
    const { sets, pressed, hits } = JSON.parse(stdout) as Record<string, number>
    assert(sets! > 0 && pressed! > 0 && hits! >= 15, stdout)
  })
})
