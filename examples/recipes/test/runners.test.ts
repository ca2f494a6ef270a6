import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const cwd = fileURLToPath(new URL('../runners', import.meta.url))
const require = createRequire(import.meta.url)
const programOf = (runner: string, file: string): string =>
  join(dirname(require.resolve(`${runner}/package.json`)), file)

function run(program: string, args: readonly string[]): Promise<string> {
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1' }
  // Of the run that this is a part of.
  delete env['NODE_OPTIONS']
  return new Promise(resolve => {
    execFile(process.execPath, [program, ...args], { cwd, env }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    )
  })
}

describe('a test that leaks fails, and says what it took', function () {
  this.timeout(60_000)

  it('in mocha, by --require', async () => {
    const plugin = '@leasehold/leak-detector/mocha'
    const printed = await run(programOf('mocha', 'bin/mocha.js'), [
      '--no-config',
      '--no-package',
      '--require',
      plugin,
      'mocha.spec.mjs',
    ])
    assert.match(printed, /1 passing/)
    assert.match(printed, /1 failing/)
    assert.match(printed, /demo\.thing "forgotten" \(lease \d+\), taken\n\s+at take \(.*mocha\.spec\.mjs/)
  })

  it('in vitest, by an `it` of one’s own', async () => {
    const printed = await run(programOf('vitest', 'vitest.mjs'), ['run', 'vitest.spec.mjs'])
    assert.match(printed, /1 failed \| 1 passed/)
    assert.match(printed, /demo\.thing "forgotten" \(lease \d+\), taken/)
  })
})
