import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { run } from './child.ts'
import { canMap, Scratch } from './scratch.ts'

const shell = promisify(execFile)
const program = fileURLToPath(new URL('programs/limits.mjs', import.meta.url))

describe('what a process runs out of', function () {
  this.timeout(120_000)
  let scratch: Scratch

  before(function () {
    if (!canMap || process.platform !== 'linux') this.skip()
  })
  beforeEach(() => {
    scratch = new Scratch()
  })
  afterEach(() => scratch.remove())

  it('is descriptors: an error with the system’s as its cause, and none is lost', async () => {
    const command = `ulimit -n 100 && exec "$0" "$1" descriptors "$2"`
    const { stdout } = await shell('bash', ['-c', command, process.execPath, program, scratch.folder])
    assert.equal(stdout, 'survived\n')
  })

  it('is space on the device, which is noticed at a hole', async function () {
    // A small file system of the test's own, in name spaces of its own: not everywhere may one make such.
    const mounted = `mount -t tmpfs -o size=8m tmpfs "$2" && exec "$0" "$1" space "$2"`
    const command = ['-rm', 'bash', '-c', mounted, process.execPath, program, scratch.folder]
    const tried = await shell('unshare', ['-rm', 'true']).then(
      () => true,
      () => false,
    )
    if (!tried) this.skip()
    const { stdout } = await shell('unshare', command)
    assert.equal(stdout, 'survived\n')
  })

  it('is pages of the system’s own size: a file of huge ones is read, not mapped', async function () {
    const command = (what: string): string[] => ['-m', 'bash', '-c', what]
    const mount = 'mount -t hugetlbfs none "$2"'
    const tried = await shell('unshare', [...command(mount), '', '', scratch.folder]).then(
      () => true,
      () => false,
    )
    if (!tried) this.skip()
    const mounted = `${mount} && exec "$0" "$1" pages "$2"`
    const { stdout } = await shell('unshare', [
      ...command(mounted),
      process.execPath,
      program,
      scratch.folder,
    ])
    assert.equal(stdout, 'survived\n')
  })

  it('is memory for a text, or addresses for a file', async function () {
    const tried = await shell('prlimit', ['--version']).then(
      () => true,
      () => false,
    )
    if (!tried) this.skip()
    const { code, stdout, stderr } = await run('limits.mjs', ['memory', scratch.folder])
    assert.deepEqual({ code, stdout }, { code: 0, stdout: 'survived\n' }, stderr)
  })

  it('is nothing after many openings and closes', async () => {
    const count = process.env['LEASEHOLD_MMAP_OPENINGS'] ?? '5000'
    const { code, stdout, stderr } = await run(
      'limits.mjs',
      ['leaks', scratch.folder, count],
      ['--expose-gc'],
    )
    assert.deepEqual({ code, stdout }, { code: 0, stdout: 'survived\n' }, stderr)
  })
})
