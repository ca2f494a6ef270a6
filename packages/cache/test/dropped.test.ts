import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

describe('a cache that is dropped without a word', () => {
  it('is collected: neither telemetry nor a timer keeps it, and its totals stay', async function () {
    this.timeout(60_000)
    const program = fileURLToPath(new URL('programs/dropped.ts', import.meta.url))
    const flags = ['--expose-gc', '--conditions=leasehold-source', '--import=tsx']
    const { stdout } = await run(process.execPath, [...flags, program])
    assert.deepEqual(JSON.parse(stdout), { collected: true, figures: [1, 1, 0] })
  })
})
