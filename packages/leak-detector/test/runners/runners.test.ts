import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const fixtures = fileURLToPath(new URL('fixtures/', import.meta.url))
const require = createRequire(import.meta.url)
const programOf = (runner: string, file: string): string =>
  join(dirname(require.resolve(`${runner}/package.json`)), file)
const mocha = programOf('mocha', 'bin/mocha.js')
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

const JEST_CONFIG = JSON.stringify({
  rootDir: fixtures,
  testMatch: ['**/jest.spec.mjs'],
  moduleFileExtensions: ['mjs', 'js', 'json'],
  transform: {},
  watchman: false,
})

/** Jest's own, which vitest writes as well. */
interface JestReport {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly title: string
      readonly status: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
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

describe('withoutLeaks, where only the second of tests that run side by side leaks', function () {
  this.timeout(60_000)

  it('with node:test', async () => {
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
    assert.match(stdout, /k "leaked" \(lease \d+\), taken\n +at take \(.*take\.mjs/)
  })

  // These two take modules their own way: here the built ones.
  for (const [runner, args] of [
    ['vitest', [programOf('vitest', 'vitest.mjs'), 'run', '--reporter=json', 'vitest.spec.mjs']],
    [
      'jest',
      ['--experimental-vm-modules', programOf('jest', 'bin/jest.js'), '--json', `--config=${JEST_CONFIG}`],
    ],
  ] as const) {
    it(`with ${runner}`, async () => {
      const { code, stdout } = await run([...args])
      assert.equal(code, 1)
      const { testResults } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as JestReport
      const results = testResults.flatMap(({ assertionResults }) => assertionResults)
      assert.deepEqual(
        results.map(({ title, status }) => [title, status]),
        [
          ['clean', 'passed'],
          ['leaks', 'failed'],
          ['clean as well', 'passed'],
        ],
      )
      const [failure] = results[1]?.failureMessages ?? []
      assert.match(
        failure ?? '',
        /1 lease was not released:\n {2}k "leaked" \(lease \d+\), taken\n +at take \(.*take\.mjs/,
      )
    })
  }
})
