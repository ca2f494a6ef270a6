import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** What the steps, in their order, print last, and their exit codes. */
type Steps = readonly [line: string, code?: number][]

const FINE: Steps = [
  ['1 passed, 1 failed, 0 skipped\n3 passed, 0 failed, 1 skipped'],
  ['2 passed, 0 failed, 0 skipped'],
  ['9 passed, 0 failed, 1 skipped'],
  ['1 passed, 0 failed, 0 skipped'],
  ['5 passed, 0 failed, 0 skipped'],
  ['7 passed, 0 failed, 0 skipped'],
]

// The script itself, with an npm and an apt-get that only say what a case wants them to.
describe('.ci/run', function () {
  this.timeout(60_000)
  let folder: string

  before(function () {
    if (process.platform === 'win32') this.skip()
  })
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'leasehold-ci-'))
    mkdirSync(join(folder, '.ci'))
    mkdirSync(join(folder, 'bin'))
    const script = readFileSync(new URL('../../.ci/run', import.meta.url), 'utf8')
    const moved = script.replaceAll(/\/usr\/(sbin|lib)\b/g, `${folder}/usr/$1`).replace('EUID != 0', '0')
    writeFileSync(join(folder, '.ci/run'), moved)
    mkdirSync(join(folder, 'usr/sbin'), { recursive: true })
    const there = ['prometheus', 'prometheus-alertmanager', 'redis-server', 'chromium']
    for (const program of there) command(program, 'exit 0')
    command('apt-get', 'exit 0')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const command = (name: string, text: string): void =>
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })

  function run(steps: Steps): { status: number | null; stdout: string; last: string | undefined } {
    for (const [i, [line, code = 0]] of steps.entries())
      command(`step-${i}`, `echo '5 passed, 5 failed, 5 skipped!'\necho '${line}'\nexit ${code}`)
    command(
      'npm',
      '[ "$2" = build:native ] && exit 0\nn=$(cat count 2>/dev/null || echo 0)\necho $((n + 1)) >count\nexec bin/step-$n',
    )
    const PATH = [join(folder, 'bin'), process.env['PATH']].join(delimiter)
    const options = { encoding: 'utf8', env: { ...process.env, PATH } } as const
    const { status, stdout } = spawnSync('bash', [join(folder, '.ci/run')], options)
    return { status, stdout, last: stdout.trimEnd().split('\n').at(-1) }
  }

  it('ends with the sum of what its steps say last', () => {
    const { status, last } = run(FINE)
    assert.deepEqual({ status, last }, { status: 0, last: '27 passed, 0 failed, 2 skipped' })
  })

  const failing: [what: string, step: Steps[number], sum: string][] = [
    ['says that some failed', ['3 passed, 2 failed, 1 skipped', 1], '27 passed, 2 failed, 2 skipped'],
    ['says so with exit code 0', ['3 passed, 2 failed, 1 skipped', 0], '27 passed, 2 failed, 2 skipped'],
    ['has an exit code alone', ['3 passed, 0 failed, 1 skipped', 7], '27 passed, 1 failed, 2 skipped'],
    ['ran nothing', ['0 passed, 0 failed, 0 skipped', 0], '24 passed, 1 failed, 1 skipped'],
    ['has no closing line', ['fine', 0], '24 passed, 1 failed, 1 skipped'],
    ['skipped everything', ['0 passed, 0 failed, 4 skipped', 0], '24 passed, 1 failed, 5 skipped'],
  ]
  for (const [what, step, sum] of failing) {
    it(`fails if a step ${what}`, () => {
      const { status, last } = run([step, ...FINE.slice(1)])
      assert.deepEqual({ status, last }, { status: 1, last: sum })
    })
  }

  it('leaves no policy against starting services behind when apt fails', () => {
    const policy = join(folder, 'usr/sbin/policy-rc.d')
    command('apt-get', `test -x ${policy} && echo 'the policy is there'\nexit 100`)
    const { status, stdout, last } = run(FINE)
    assert.deepEqual({ status, last }, { status: 1, last: '0 passed, 1 failed, 0 skipped' })
    assert.match(stdout, /the policy is there/)
    assert.ok(!existsSync(policy))
  })

  it('leaves a policy that was there', () => {
    const policy = join(folder, 'usr/sbin/policy-rc.d')
    writeFileSync(policy, 'somebody’s')
    assert.equal(run(FINE).status, 0)
    assert.equal(readFileSync(policy, 'utf8'), 'somebody’s')
  })
})
