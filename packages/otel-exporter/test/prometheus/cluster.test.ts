import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const program = fileURLToPath(new URL('../programs/cluster.mjs', import.meta.url))

describe('workers of node:cluster', function () {
  this.timeout(30_000)

  it('do not share a port: each scrape would show another of them', async () => {
    const flags = ['--conditions=leasehold-source', '--import=tsx']
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, program])
    const ports = JSON.parse(stdout) as number[]
    assert.equal(new Set(ports).size, 2)
  })
})
