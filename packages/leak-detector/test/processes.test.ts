import assert from 'node:assert/strict'
import { runProgram } from './programs/run.ts'

describe('in a process of its own', () => {
  it('a detector does not keep it alive, and ends it with 0', async () => {
    const { code, stdout } = await runProgram('ends.ts')
    assert.deepEqual([code, stdout], [0, 'end of the program\n'])
  }).timeout(60_000)

  it('a report is printed on SIGUSR2, as often as asked, until the detector stops', async function () {
    if (process.platform === 'win32') this.skip()
    const { code, stdout, stderr } = await runProgram('report-signal.ts', {
      started: (child, stdout) => {
        if (stdout() === 'ready\n') child.kill('SIGUSR2')
      },
    })
    assert.equal(code, 0)
    assert.equal(stdout, 'ready\n0\n')
    assert.match(stderr, /^Leases: 1 live;/)
    assert.match(stderr, /demo "held": 1 live[\s\S]*report-signal\.ts/)
  }).timeout(60_000)

  it('a report that nobody reads any more ends nothing', async function () {
    if (process.platform === 'win32') this.skip()
    const { code, stdout } = await runProgram('report-signal.ts', {
      started: (child, stdout) => {
        if (stdout() !== 'ready\n') return
        child.stderr?.destroy()
        child.kill('SIGUSR2')
      },
    })
    assert.deepEqual([code, stdout], [0, 'ready\n0\n'])
  }).timeout(60_000)

  it('sinks that are down, slow, broken, endless or talk nonsense are not felt, and memory is flat', async () => {
    const { code, stdout, stderr } = await runProgram('broken-sinks.ts', { flags: ['--expose-gc'] })
    const seen = JSON.parse(stdout) as { grownBytes: number; longestMillis: number; waiting: number[] }
    assert.deepEqual([code, seen], [0, { ...seen, answer: true, lost: true }], stderr)
    // 80,000 alerts at each sink, in between.
    assert(seen.grownBytes < 4 * 2 ** 20, `${seen.grownBytes} B more`)
    assert(seen.longestMillis < 2_000, `the loop was held for ${seen.longestMillis} ms`)
    assert(
      seen.waiting.every(count => count <= 100),
      seen.waiting.join(),
    )
    for (const failure of ['ECONNREFUSED', 'TimeoutError', 'HTTP 500', 'HPE_INVALID_VERSION'])
      assert(stderr.includes(` failed: ${failure}`), `${failure}: ${stderr}`)
  }).timeout(120_000)

  it('every dropped lease of 100 random programs is found, and no other', async () => {
    const { stdout, stderr } = await runProgram('collected.ts', { flags: ['--expose-gc'] })
    const seen = JSON.parse(stdout) as Record<string, number>
    assert.equal(seen['found'], seen['dropped'], stderr)
    assert.equal(seen['withStack'], seen['dropped'])
    assert.deepEqual([seen['programs'], seen['invented']], [100, 0])
    assert(seen['dropped']! > 300)
  }).timeout(120_000)
})
