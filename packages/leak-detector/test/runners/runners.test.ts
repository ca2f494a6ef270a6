import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const fixtures = fileURLToPath(new URL('fixtures/', import.meta.url))
const mocha = join(dirname(createRequire(import.meta.url).resolve('mocha/package.json')), 'bin/mocha.js')
const plugin = fileURLToPath(new URL('../../src/mocha.ts', import.meta.url))
const node = ['--conditions=leasehold-source', '--import=tsx']

interface Ended {
  readonly code: number
  readonly stdout: string
}

function run(args: string[]): Promise<Ended> {
  return new Promise(resolve => {
    const env = { ...process.env }
    // Of the run that this is a part of.
    delete env['NODE_OPTIONS']
    delete env['NODE_TEST_CONTEXT']
    execFile(process.execPath, args, { cwd: fixtures, env, maxBuffer: 2 ** 24 }, (error, stdout) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout })
    })
  })
}

interface MochaReport {
  readonly passes: readonly { title: string }[]
  readonly pending: readonly { title: string }[]
  readonly failures: readonly { title: string; err: { message: string } }[]
}

const byPlugin =
  /^1 lease was not released:\n {2}k "([a-z ]+)" \(lease \d+\), taken\n {6}at take \(.*take\.mjs/

describe('the mocha plugin', function () {
  this.timeout(60_000)

  for (const [how, args] of [
    ['--require', ['--require', plugin]],
    ['--import', ['--import', plugin]],
    ['--require --parallel', ['--require', plugin, '--parallel', '--jobs', '2']],
  ] as const) {
    it(`by ${how}: only the leaking tests fail, naming who took it`, async () => {
      const { stdout } = await run([
        mocha,
        '--no-config',
        '--no-package',
        ...node.map(flag => `--node-option=${flag.slice(2)}`),
        '--node-option=no-experimental-require-module',
        ...args,
        '--reporter=json',
        'first.mocha.mjs',
        'second.mocha.mjs',
      ])
      const report = JSON.parse(stdout.slice(stdout.indexOf('{'))) as MochaReport
      const titles = (tests: readonly { title: string }[]): string[] => tests.map(({ title }) => title).sort()
      assert.deepEqual(titles(report.passes), [
        'clean',
        'clean after the leak',
        'clean too',
        'may keep what is meant to stay',
        'releases a little later',
      ])
      assert.deepEqual(titles(report.pending), ['is pending', 'is skipped'])
      const failures = report.failures.map(({ title, err }) => [
        title,
        byPlugin.exec(err.message)?.[1] ?? err.message,
      ])
      assert.equal(failures.length, 5)
      assert.deepEqual(Object.fromEntries(failures), {
        leaks: 'leaked',
        'leaks at once': 'sync',
        'leaks and calls back': 'called back',
        'fails by itself, and leaks': 'its own error',
        'leaks too': 'second',
      })
    })
  }
})

describe('withoutLeaks with node:test', function () {
  this.timeout(60_000)

  it('only the leaking one of tests that run side by side fails', async () => {
    const { code, stdout } = await run([...node, '--test-reporter=tap', 'node-test.mjs'])
    assert.notEqual(code, 0)
    const results = [...stdout.matchAll(/^ {4}(ok|not ok) \d+ - (.*)$/gm)].map(([, result, title]) => [
      result,
      title,
    ])
    assert.deepEqual(results, [
      ['ok', 'clean'],
      ['not ok', 'leaks'],
      ['ok', 'clean as well'],
    ])
    assert.match(stdout, /ERR_LEASE_LEAKED/)
    assert.match(stdout, /k "leaked"/)
  })
})
