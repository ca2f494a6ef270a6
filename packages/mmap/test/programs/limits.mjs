// What a process runs out of. The first argument says what, the second is a folder. Ends with 0 and "survived".
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  statfsSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { mapFile, mapFileSync } from '@leasehold/mmap'

const [, , limit, folder] = process.argv
const path = join(folder, 'file')

/** @type {Record<string, () => Promise<void>>} */
const limits = {
  async descriptors() {
    writeFileSync(path, 'x')
    const held = []
    const full = error => error.code === 'ERR_MMAP_OPEN' && error.cause.code === 'EMFILE'
    assert.throws(() => {
      for (;;) held.push(mapFileSync(path))
    }, full)
    await assert.rejects(mapFile(path), full)
    assert.ok(held.length > 50)
    await held.pop().close()
    await mapFileSync(path).close()
    for (const mapping of held) await mapping.close()
  },

  async space() {
    // Larger than what the device has, which costs nothing before it is written.
    const { bavail, bsize } = statfsSync(folder)
    const size = bavail * bsize + 4 * 2 ** 20
    const mapping = mapFileSync(path, { access: 'rw', size })
    assert.equal(mapping.backend, 'mmap')
    const block = Buffer.alloc(2 ** 20, 1)
    assert.throws(
      () => {
        for (let at = 0; at < size; at += block.length) mapping.write(at, block)
      },
      { code: 'ERR_MMAP_NO_SPACE' },
    )
    assert.throws(() => mapping.u8(0), { code: 'ERR_MMAP_NO_SPACE' })
    await mapping.close()
    const numbers = mapFileSync(join(folder, 'other'), { access: 'rw', size })
    assert.throws(
      () => {
        for (let at = 0; at < size; at += 4096) numbers.setU8(at, 1)
      },
      { code: 'ERR_MMAP_NO_SPACE' },
    )
    await numbers.close()
    const read = mapFileSync(join(folder, 'read'), { access: 'rw', size: 2 ** 20, fallback: 'always' })
    assert.throws(() => read.write(0, block), { code: 'ERR_MMAP_NO_SPACE' })
    await read.close()
  },

  async pages() {
    // Neither takes a page: what is not written is a hole.
    closeSync(openSync(path, 'w'))
    truncateSync(path, 2 ** 29)
    assert.throws(() => mapFileSync(path, { fallback: 'never' }), { code: 'ERR_MMAP_UNSUPPORTED' })
    const mapping = mapFileSync(path)
    // As it tells, without a look at all of it.
    assert.deepEqual([mapping.backend, mapping.size], ['file', 2 ** 29])
    truncateSync(path, 0)
    assert.throws(() => mapping.u8(2 ** 21), { code: 'ERR_MMAP_TRUNCATED' })
    await mapping.close()
  },

  async memory() {
    const size = 2 ** 28
    writeFileSync(path, 'plain')
    truncateSync(path, size)
    const mapping = mapFileSync(path)
    mapping.u8(0)
    const [, used] = /** @type {any} */ (/VmSize:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')))
    // Room for the copy, and not for its text.
    const limit = Number(used) * 1024 + 1.6 * size
    execFileSync('prlimit', ['--pid', String(process.pid), `--as=${Math.floor(limit)}`])
    assert.throws(() => mapping.string(0, size), { code: 'ERR_MMAP_TOO_LARGE' })
    assert.equal(mapping.string(0, 5), 'plain')
    await mapping.close()
    // There are no addresses for such a file: it is read.
    truncateSync(path, 2 ** 34)
    const refused = error => error.code === 'ERR_MMAP_UNSUPPORTED' && error.cause.code === 'ENOMEM'
    assert.throws(() => mapFileSync(path, { fallback: 'never' }), refused)
    const large = await mapFile(path)
    assert.deepEqual([large.backend, large.size, large.u8(2 ** 34 - 1)], ['file', 2 ** 34, 0])
    await large.close()
  },

  async leaks() {
    writeFileSync(path, Buffer.alloc(100_000, 7))
    const maps = () => readFileSync('/proc/self/maps', 'utf8').split('\n').length
    const ours = () =>
      readFileSync('/proc/self/maps', 'utf8')
        .split('\n')
        .filter(line => line.endsWith(path)).length
    const files = () => readdirSync('/proc/self/fd').length
    const turn = () => new Promise(setImmediate)
    const count = Number(process.argv[4])
    const once = async i => {
      const mapping = mapFileSync(path, { access: i % 3 === 0 ? 'rw' : 'ro' })
      if (i % 2 === 0) mapping.u32(i % 90_000)
      if (i % 10 === 0) mapping.lease(0, 100)[Symbol.dispose]()
      if (i % 100 === 0) await mapping.flush()
      await mapping.close()
    }
    for (let i = 0; i < count / 2; i++) await once(i)
    // A view's buffer holds the file until it is collected.
    const settle = async () => {
      for (let i = 0; i < 5; i++) {
        globalThis.gc()
        await turn()
      }
    }
    await settle()
    const before = { maps: maps(), files: files() }
    for (let i = 0; i < count; i++) await once(i)
    await settle()
    const after = { maps: maps(), files: files() }
    assert.deepEqual({ files: after.files, ours: ours() }, { files: before.files, ours: 0 })
    // The engine's own heap comes and goes.
    assert.ok(after.maps - before.maps < count / 20, `${before.maps} maps became ${after.maps}`)
  },
}

await limits[limit]()
process.stdout.write('survived\n')
