import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { pbkdf2 } from 'node:crypto'
import { chmodSync, existsSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { mapFile, mapFileSync } from '../src/index.ts'
import { run } from './child.ts'
import { canMap, Scratch } from './scratch.ts'

const derive = promisify(pbkdf2)
const NOBODY = 65_534

describe('a file that cannot be mapped', () => {
  let scratch: Scratch

  beforeEach(() => {
    scratch = new Scratch()
  })
  afterEach(() => scratch.remove())

  it('in /proc is read, whatever size it tells', async function () {
    if (!existsSync('/proc/self/status')) this.skip()
    const { registry } = scratch
    for (const fallback of ['auto', 'always'] as const) {
      await using mapping = mapFileSync('/proc/version', { registry, fallback })
      assert.equal(mapping.backend, 'file')
      assert.match(mapping.string(0, mapping.size), /^Linux version /)
      assert.ok(mapping.indexOf(Buffer.from('version')) > 0)
    }
    if (!canMap) return
    const message = 'mapping "version": this file cannot be mapped, and fallback is \'never\''
    assert.throws(() => mapFileSync('/proc/version', { fallback: 'never', registry }), {
      code: 'ERR_MMAP_UNSUPPORTED',
      message,
    })
  })

  it('that cannot be read though it tells a size of 0 is no empty file, whichever way', function () {
    const path = '/proc/self/mem'
    if (!existsSync(path)) this.skip()
    const { registry } = scratch
    for (const fallback of ['auto', 'always'] as const) {
      const message = `mapping "mem": ${path} cannot be read: EIO: i/o error, read`
      assert.throws(() => mapFileSync(path, { registry, fallback }), { code: 'ERR_MMAP_OPEN', message })
    }
  })

  it('that goes on and on is not read to its end', function () {
    const path = '/proc/self/pagemap'
    if (!existsSync(path)) this.skip()
    this.timeout(60_000)
    const { registry } = scratch
    assert.throws(() => mapFileSync(path, { registry, fallback: 'always' }), { code: 'ERR_MMAP_TOO_LARGE' })
  })

  it('in /sys is read, to where it really ends', async function () {
    const path = '/sys/kernel/mm/transparent_hugepage/enabled'
    if (!canMap || !existsSync(path)) this.skip()
    for (const fallback of ['auto', 'always'] as const) {
      await using mapping = await mapFile(path, { registry: scratch.registry, fallback })
      assert.equal(mapping.backend, 'file')
      assert.match(mapping.string(0, mapping.size), /^[[\]a-z ]+\n$/)
    }
  })

  it('that is small and sparse has all its zeros', async () => {
    const path = scratch.file('')
    truncateSync(path, 5_000)
    await using mapping = mapFileSync(path, { registry: scratch.registry, fallback: 'always' })
    assert.deepEqual([mapping.size, mapping.u8(4_999)], [5_000, 0])
  })

  it('that cannot become so long says so, whichever way', async () => {
    for (const fallback of ['auto', 'always'] as const) {
      const { registry } = scratch
      const path = join(scratch.folder, `long-${fallback}`)
      assert.throws(
        () => mapFileSync(path, { access: 'rw', size: Number.MAX_SAFE_INTEGER, fallback, registry }),
        { code: 'ERR_MMAP_OPEN', message: /cannot be opened: EFBIG/ },
      )
    }
  })

  it('is closed when what flushes it has ended, not beneath it', async () => {
    for (const fallback of ['auto', 'always'] as const) {
      const { registry } = scratch
      const mapping = mapFileSync(scratch.file('x'), { access: 'rw', fallback, registry })
      mapping.setU8(0, 1)
      // They keep the threads busy that flushes would run on.
      const busy = Array.from({ length: 8 }, () => derive('', '', 100_000, 64, 'sha512'))
      const flushes = [mapping.flush(), mapping.flush()]
      await mapping.close()
      await Promise.all([...flushes, ...busy])
    }
    assert.equal(scratch.registry.stats().live, 0)
  })

  it('that is a FIFO, a device or a folder is refused at once', function () {
    if (process.platform === 'win32') this.skip()
    const fifo = join(scratch.folder, 'fifo')
    execFileSync('mkfifo', [fifo])
    for (const path of [fifo, '/dev/null', '/dev/zero', scratch.folder]) {
      for (const access of ['ro', 'rw', 'cow'] as const) {
        for (const fallback of ['auto', 'always', 'never'] as const) {
          assert.throws(() => mapFileSync(path, { access, fallback, registry: scratch.registry }), {
            code: 'ERR_MMAP_UNSUPPORTED',
            message: new RegExp(`: ${path} is not a regular file$`),
          })
        }
      }
    }
    assert.deepEqual(scratch.registry.stats().groups, [])
  })

  it('for want of permission says so', function () {
    if (process.platform === 'win32') this.skip()
    const path = scratch.file('x')
    chmodSync(path, 0)
    chmodSync(scratch.folder, 0o755)
    // Root may do anything.
    const isRoot = process.geteuid?.() === 0
    if (isRoot) process.seteuid!(NOBODY)
    try {
      for (const fallback of ['auto', 'always', 'never'] as const) {
        assert.throws(
          () => mapFileSync(path, { fallback }),
          (error: { code: string; cause: { code: string } }) => {
            return error.code === 'ERR_MMAP_OPEN' && error.cause.code === 'EACCES'
          },
        )
      }
    } finally {
      if (isRoot) process.seteuid!(0)
    }
  })

  it('has neither views nor handles', async () => {
    await using mapping = mapFileSync(scratch.file('x'), { fallback: 'always', registry: scratch.registry })
    assert.throws(() => mapping.lease(0, 1), {
      code: 'ERR_MMAP_UNSUPPORTED',
      message: 'mapping "file1": a view needs mapped pages, and this file is read and written',
    })
    assert.throws(() => mapping.handle(), { code: 'ERR_MMAP_UNSUPPORTED' })
  })

  it('for want of the binary is read, and that is said once', async () => {
    const path = scratch.file('0123456789')
    const { code, stdout, stderr } = await run('no-binary.mjs', [path], ['--warnings'])
    assert.equal(code, 0, stderr)
    assert.deepEqual(JSON.parse(stdout), {
      backends: ['file', 'file'],
      text: '0123456789',
      never: 'ERR_MMAP_UNSUPPORTED',
      attach: 'ERR_MMAP_HANDLE',
      warnings: ['files are read and written instead of mapped: there is no native binary for this test'],
    })
  })
})
