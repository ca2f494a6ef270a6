import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { programFlags } from '../../../core/test/program-flags.ts'

const program = fileURLToPath(new URL('../programs/cluster.mjs', import.meta.url))

describe('workers of node:cluster', function () {
  this.timeout(30_000)

  async function told(way: string): Promise<{ port?: number; code?: string; message?: string }[]> {
    const { stdout } = await promisify(execFile)(process.execPath, [...programFlags, program, way])
    return JSON.parse(stdout) as { port?: number }[]
  }

  it('are told that the port is in use', async () => {
    const [first, second] = await told('the same')
    assert.equal(second?.code, 'ERR_TELEMETRY_LISTEN')
    assert.match(second?.message ?? '', new RegExp(`:${first?.port} .*: the port is in use$`))
  })

  it('do not share a port: each scrape would show another of them', async () => {
    const ports = (await told('any')).map(({ port }) => port)
    assert.equal(new Set(ports).size, 2)
  })
})
