import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

describe('a command that is given an unknown name', function () {
  this.timeout(60_000)

  const refused: [args: string[], message: RegExp][] = [
    [['check', 'toString'], /^No gate is called toString; there are lint, format, types, /],
    [['check', '--updat'], /^No option is called --updat; there are --update$/m],
    [['coverage', 'foo'], /^No published package is called foo; there are cache, core, /],
    [
      ['coverage', 'core', 'benchmarks'],
      /^No published package is called benchmarks; there are cache, core, /,
    ],
    [['bench', 'foo'], /^No area is called foo; there are cache, cache-memory, core, /],
    [['bench', 'measure'], /^No area is called measure; /],
    [['bench'], /^Usage: npm run bench -- <area>.*; areas: cache, /],
    [['docs', '--chek'], /^No option is called --chek; there are --check$/m],
    [['test', 'foo'], /^No workspace is called foo; there are packages\/cache, packages\/core, /],
    [['test', 'benchmarks'], /ran no tests/],
  ]
  for (const [[command = '', ...args], message] of refused) {
    it(`fails with the known ones: ${command} ${args.join(' ')}`, () => {
      const program = ['--no-warnings', `scripts/${command}.mjs`, ...args]
      const { status, stderr } = spawnSync(process.execPath, program, { cwd: ROOT, encoding: 'utf8' })
      assert.equal(status, 1, stderr)
      assert.match(stderr, message)
    })
  }
})
