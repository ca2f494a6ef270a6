import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const folder = new URL('../src/', import.meta.url)

/** What each prints, to the line. */
const PRINTS: Readonly<Record<string, readonly string[]>> = {
  'own-resource': [
    'gone at the end of the block: true',
    'the error comes through: in the middle',
    'gone all the same: true',
    '2 acquired, 2 cleaned up',
  ],
  'http-client-pool': ['100 answers, the last: price of /99', 'at most 4 clients: true', 'drained: true'],
  'shared-mapping': ['sum of the parts: 4999950000'],
  'file-handle-cache': ['200 reads, the last: file 19', 'open: 5', 'still open after close: 0'],
  'fastify-shutdown': ['answer to orders', 'no more requests', '2 acquired, 2 cleaned up, 0 live'],
  'observed-pool': ['held-too-long: 1 of pool.loan "legacy"', 'live: 0'],
  fleet: ['live by instance: 2, 2, 2', 'sum by (leasehold_kind): 6', 'each tells itself apart: true'],
}

async function output(name: string, ...flags: string[]): Promise<string> {
  // As built, against the built packages: a loader is not known to worker threads.
  const program = fileURLToPath(new URL(`../dist/${name}.js`, import.meta.url))
  const args = ['--no-warnings', ...flags, program]
  try {
    return (await run(process.execPath, args, { timeout: 30_000 })).stdout
  } catch (error) {
    // Ended by its own signal, as installShutdown() has it.
    const { signal, killed, stdout } = error as { signal?: string; killed?: boolean; stdout: string }
    if (signal === 'SIGTERM' && killed === false) return stdout
    throw error
  }
}

describe('the recipes', function () {
  this.timeout(40_000)

  it('are all run here', () => {
    const names = readdirSync(folder).map(file => file.replace(/\.ts$/, ''))
    assert.deepEqual(names.sort(), [...Object.keys(PRINTS), 'leak-checked-test'].sort())
  })

  for (const [name, lines] of Object.entries(PRINTS)) {
    it(`${name} prints what it shows, and ends`, async () => {
      const printed = (await output(name)).trimEnd().split('\n')
      if (name === 'shared-mapping' && printed[0]!.startsWith('no native binary')) return
      assert.deepEqual(printed, lines)
    })
  }

  it('leak-checked-test passes', async () => {
    assert.match(await output('leak-checked-test', '--test-reporter=tap'), /^# pass 2$/m)
  })
})
