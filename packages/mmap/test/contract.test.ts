import assert from 'node:assert/strict'
import {
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { processClock, ResourceRegistry } from '@leasehold/core'
import { mapFile, mapFileSync, type Access, type MapOptions, type MappingOf } from '../src/index.ts'
import { backends, pattern, Scratch } from './scratch.ts'

/** '' for a descriptor that has been closed since it was listed. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

/** What both back ends promise, word for word. */
for (const [backend, fallback] of backends) {
  describe(`a mapping, on the back end ${backend}`, () => {
    let scratch: Scratch
    const isTruncated = { code: 'ERR_MMAP_TRUNCATED' }
    const open = <A extends Access = 'ro'>(path: string | URL, options: MapOptions<A> = {}): MappingOf<A> =>
      mapFileSync(path, { registry: scratch.registry, fallback, ...options })

    beforeEach(() => {
      scratch = new Scratch()
    })
    afterEach(async () => {
      const { live } = scratch.registry.stats()
      await scratch.registry.drain()
      scratch.remove()
      assert.equal(live, 0, 'the test left a mapping open')
    })

    it('tells what it is', async () => {
      const path = scratch.file('0123456789')
      await using mapping = await mapFile(path, { registry: scratch.registry, fallback })
      assert.deepEqual(
        [mapping.backend, mapping.access, mapping.size, mapping.path, mapping.name, mapping.isClosed],
        [backend, 'ro', 10, path, 'file1', false],
      )
      await using named = open(pathToFileURL(path), { name: 'index' })
      assert.deepEqual([named.name, named.path], ['index', path])
    })

    it('reads every kind of number, in both orders, wherever it begins', async () => {
      const bytes = pattern(300)
      await using mapping = open(scratch.file(bytes))
      const view = new DataView(bytes.buffer)
      for (const little of [true, false]) {
        for (let at = 0; at <= 292; at++) {
          assert.equal(mapping.u8(at), view.getUint8(at))
          assert.equal(mapping.i8(at), view.getInt8(at))
          assert.equal(mapping.u16(at, little), view.getUint16(at, little))
          assert.equal(mapping.i16(at, little), view.getInt16(at, little))
          assert.equal(mapping.u32(at, little), view.getUint32(at, little))
          assert.equal(mapping.i32(at, little), view.getInt32(at, little))
          assert.equal(mapping.u64(at, little), view.getBigUint64(at, little))
          assert.equal(mapping.i64(at, little), view.getBigInt64(at, little))
          assert.equal(mapping.f32(at, little), view.getFloat32(at, little))
          assert.equal(mapping.f64(at, little), view.getFloat64(at, little))
        }
      }
      assert.equal(mapping.u32(4), view.getUint32(4, true), 'little-endian unless told otherwise')
      assert.equal(mapping.u8(-0), bytes[0])
    })

    it('reads the last bytes, and not one beyond', async () => {
      const bytes = pattern(20)
      await using mapping = open(scratch.file(bytes))
      mapping.u8(0)
      assert.equal(mapping.u8(19), bytes[19])
      assert.equal(mapping.u16(18), bytes[18]! | (bytes[19]! << 8))
      assert.equal(mapping.u64(12), new DataView(bytes.buffer).getBigUint64(12, true))
      for (const read of [
        () => mapping.u8(20),
        () => mapping.u16(19),
        () => mapping.u32(17),
        () => mapping.f64(13),
        () => mapping.u64(2 ** 32),
        () => mapping.u8(Number.MAX_SAFE_INTEGER),
        () => mapping.slice(0, 21),
        () => mapping.slice(21, 0),
        () => mapping.string(19, 2),
        () => mapping.slice(1, Number.MAX_SAFE_INTEGER),
      ]) {
        assert.throws(read, { code: 'ERR_MMAP_RANGE' })
      }
    })

    it('writes every kind of number', async () => {
      const path = scratch.file(new Uint8Array(64))
      const expected = new DataView(new ArrayBuffer(64))
      await using mapping = open(path, { access: 'rw' })
      for (const little of [true, false]) {
        const base = little ? 0 : 40
        mapping.setU8(base, 300)
        expected.setUint8(base, 300)
        mapping.setI8(base + 1, -2)
        expected.setInt8(base + 1, -2)
        mapping.setU16(base + 2, 0xabcd, little)
        expected.setUint16(base + 2, 0xabcd, little)
        mapping.setI16(base + 4, -3, little)
        expected.setInt16(base + 4, -3, little)
        mapping.setU32(base + 6, 0xdeadbeef, little)
        expected.setUint32(base + 6, 0xdeadbeef, little)
        mapping.setI32(base + 10, -4, little)
        expected.setInt32(base + 10, -4, little)
      }
      for (const little of [true, false]) {
        mapping.setU64(14, 2n ** 63n + 5n, little)
        expected.setBigUint64(14, 2n ** 63n + 5n, little)
        mapping.setI64(22, -5n, little)
        expected.setBigInt64(22, -5n, little)
        mapping.setF32(30, 1.5, little)
        expected.setFloat32(30, 1.5, little)
        mapping.setF64(56, Math.PI, little)
        expected.setFloat64(56, Math.PI, little)
      }
      assert.deepEqual(mapping.slice(0, 64), new Uint8Array(expected.buffer))
      await mapping.flush()
      assert.deepEqual(new Uint8Array(readFileSync(path)), new Uint8Array(expected.buffer))
      assert.throws(() => mapping.setU16(63, 1), { code: 'ERR_MMAP_RANGE' })
      assert.equal(mapping.u8(63), expected.getUint8(63))
    })

    it('copies blocks out', async () => {
      const bytes = pattern(10_000)
      await using mapping = open(scratch.file(bytes))
      const target = new Uint8Array(100)
      assert.equal(mapping.readInto(5_000, target), 100)
      assert.deepEqual(target, bytes.slice(5_000, 5_100))
      assert.equal(mapping.readInto(7, target, 90), 10)
      assert.deepEqual(target.slice(90), bytes.slice(7, 17))
      assert.equal(mapping.readInto(9, target, 10, 5), 5)
      assert.deepEqual(target.slice(10, 15), bytes.slice(9, 14))
      assert.equal(mapping.readInto(9_990, target), 10, 'a short count at the end')
      assert.equal(mapping.readInto(10_000, target), 0)
      assert.equal(mapping.readInto(Number.MAX_SAFE_INTEGER, target), 0)
      assert.equal(mapping.readInto(0, new Uint8Array(0)), 0)
      assert.deepEqual(mapping.slice(4_090, 20), bytes.slice(4_090, 4_110))
      const copy = mapping.slice(0, 2)
      assert.equal(copy.buffer.byteLength, 2, 'of its own')
      copy[0] = 99
      assert.equal(mapping.u8(0), bytes[0])
    })

    it('copies into whatever a Uint8Array is over', async () => {
      await using mapping = open(scratch.file('0123456789'))
      const shared = new Uint8Array(new SharedArrayBuffer(4))
      assert.equal(mapping.readInto(2, shared), 4)
      assert.equal(Buffer.from(shared).toString(), '2345')
      const within = new Uint8Array(new ArrayBuffer(10), 3, 4)
      assert.equal(mapping.readInto(2, within), 4)
      assert.equal(Buffer.from(within.buffer).toString(), '\0\0\x002345\0\0\0')
    })

    it('decodes text', async () => {
      const text = 'Größe: 10 € 🙂'
      const path = scratch.file(text)
      await using mapping = open(path)
      assert.equal(mapping.string(0, mapping.size), text)
      assert.equal(mapping.string(0, 0), '')
      assert.equal(mapping.string(0, 2, 'latin1'), 'Gr')
      assert.equal(mapping.string(0, 3, 'hex'), '4772c3')
      assert.equal(mapping.string(3, 1), '\ufffd', 'half a character')
      await using long = open(scratch.file('é'.repeat(9_000)))
      assert.equal(long.string(2, 17_998), 'é'.repeat(8_999))
    })

    it('finds bytes', async () => {
      const bytes = new Uint8Array(200_000)
      bytes.set(Buffer.from('needle'), 65_533)
      bytes.set(Buffer.from('needle'), 199_994)
      await using mapping = open(scratch.file(bytes))
      const needle = Buffer.from('needle')
      assert.equal(mapping.indexOf(needle), 65_533)
      assert.equal(mapping.indexOf(needle, 65_533), 65_533)
      assert.equal(mapping.indexOf(needle, 65_534), 199_994)
      assert.equal(mapping.indexOf(needle, 199_995), -1)
      assert.equal(mapping.indexOf(Buffer.from('needles')), -1)
      assert.equal(mapping.indexOf(needle, Number.MAX_SAFE_INTEGER), -1)
      assert.equal(mapping.indexOf(new Uint8Array(0), 7), 7)
      assert.equal(mapping.indexOf(new Uint8Array(0), 200_000), 200_000)
      assert.equal(mapping.indexOf(new Uint8Array(0), 200_001), -1)
      assert.equal(mapping.indexOf(bytes), 0)
      assert.equal(mapping.indexOf(new Uint8Array(200_001)), -1)
      assert.equal(mapping.indexOf(needle.subarray(0, 1), 199_995), -1)
    })

    it('writes blocks, all or nothing', async () => {
      const path = scratch.file(new Uint8Array(10_000))
      await using mapping = open(path, { access: 'rw' })
      mapping.write(4_090, pattern(20))
      assert.throws(() => mapping.write(9_999, pattern(2)), { code: 'ERR_MMAP_RANGE' })
      mapping.write(10_000, new Uint8Array(0))
      await mapping.flush(4_000, 500)
      const expected = new Uint8Array(10_000)
      expected.set(pattern(20), 4_090)
      assert.deepEqual(new Uint8Array(readFileSync(path)), expected)
    })

    it('keeps what is written to a copy of one’s own', async () => {
      const bytes = pattern(20_000)
      const path = scratch.file(bytes)
      await using mapping = open(path, { access: 'cow', offset: 3 })
      mapping.setU8(0, 200)
      mapping.write(8_000, Buffer.from('written'))
      mapping.setF64(15_000, 0.5)
      await mapping.flush()
      const expected = bytes.slice(3)
      expected[0] = 200
      expected.set(Buffer.from('written'), 8_000)
      new DataView(expected.buffer).setFloat64(15_000, 0.5, true)
      assert.deepEqual(mapping.slice(0, mapping.size), expected)
      assert.equal(mapping.indexOf(Buffer.from('written')), 8_000)
      assert.deepEqual(new Uint8Array(readFileSync(path)), bytes)
    })

    it('shows what others write', async () => {
      const path = scratch.file('0123456789')
      await using reader = open(path)
      await using writer = open(path, { access: 'rw' })
      assert.equal(reader.u8(3), 0x33)
      writer.setU8(3, 0x41)
      assert.equal(reader.u8(3), 0x41)
      assert.equal(reader.string(0, 10), '012A456789')
    })

    it('begins and ends anywhere in the file', async () => {
      const bytes = pattern(20_000)
      const path = scratch.file(bytes)
      for (const [offset, length] of [
        [1, 10],
        [4_095, 2],
        [4_096, 4_096],
        [19_999, 1],
        [20_000, 0],
        [13, undefined],
      ] as const) {
        await using mapping = open(path, { offset, length })
        assert.deepEqual(mapping.slice(0, mapping.size), bytes.slice(offset, offset + (length ?? 20_000)))
      }
      for (const options of [
        { offset: 20_001 },
        { offset: 1, length: 20_000 },
        { length: Number.MAX_SAFE_INTEGER },
      ]) {
        assert.throws(() => open(path, options), { code: 'ERR_MMAP_RANGE' })
      }
    })

    it('maps an empty file, which has nothing', async () => {
      const path = scratch.file('')
      await using mapping = open(path, { access: 'rw' })
      assert.equal(mapping.size, 0)
      assert.throws(() => mapping.u8(0), { code: 'ERR_MMAP_RANGE' })
      assert.throws(() => mapping.setU8(0, 1), { code: 'ERR_MMAP_RANGE' })
      assert.deepEqual(mapping.slice(0, 0), new Uint8Array(0))
      assert.equal(mapping.readInto(0, new Uint8Array(4)), 0)
      assert.equal(mapping.indexOf(Buffer.from('x')), -1)
      assert.equal(mapping.string(0, 0), '')
      await mapping.flush()
      await mapping.prefetch()
      mapping.advise('random')
      await using readOnly = open(path)
      assert.equal(readOnly.size, 0)
    })

    it('creates a file, and makes it long enough', async () => {
      const path = join(scratch.folder, 'new')
      assert.throws(() => open(path, { access: 'rw' }), { code: 'ERR_MMAP_OPEN' })
      assert.equal(existsSync(path), false)
      {
        await using mapping = open(path, { access: 'rw', size: 5_000 })
        assert.equal(mapping.size, 5_000)
        mapping.setU8(4_999, 7)
        await mapping.flush()
      }
      assert.equal(readFileSync(path)[4_999], 7)
      await using longer = open(path, { access: 'rw', size: 10 })
      assert.equal(longer.size, 5_000, 'never shorter')
      await using part = open(path, { access: 'rw', size: 6_000, offset: 4_999, length: 2 })
      assert.deepEqual([...part.slice(0, 2)], [7, 0])
      assert.equal(statSync(path).size, 6_000)
    })

    it('is given another size', async () => {
      const path = scratch.file('0123456789')
      await using mapping = open(path, { access: 'rw', offset: 2 })
      assert.equal(mapping.u8(0), 0x32)
      await mapping.resize(10_000)
      assert.equal(mapping.size, 10_000)
      assert.equal(statSync(path).size, 10_002)
      assert.equal(mapping.u8(7), 0x39)
      mapping.setU32(9_996, 0xdeadbeef)
      assert.equal(mapping.u32(9_996), 0xdeadbeef)
      await mapping.resize(3)
      assert.equal(readFileSync(path, 'latin1'), '01234')
      assert.throws(() => mapping.u8(3), { code: 'ERR_MMAP_RANGE' })
      assert.equal(mapping.u8(2), 0x34)
      await mapping.resize(0)
      assert.throws(() => mapping.u8(0), { code: 'ERR_MMAP_RANGE' })
      await mapping.resize(8)
      assert.equal(mapping.u64(0), 0n)
      await using readOnly = open(path)
      await assert.rejects((readOnly as unknown as typeof mapping).resize(1), { code: 'ERR_MMAP_READ_ONLY' })
    })

    it('refuses to write what was opened for reading', async () => {
      const path = scratch.file('0123456789')
      await using mapping = open(path)
      const writable = mapping as unknown as MappingOf<'rw'>
      mapping.u8(0)
      for (const write of [
        () => writable.setU8(0, 1),
        () => writable.setI8(0, 1),
        () => writable.setU16(0, 1),
        () => writable.setI16(0, 1),
        () => writable.setU32(0, 1),
        () => writable.setI32(0, 1),
        () => writable.setU64(0, 1n),
        () => writable.setI64(0, 1n),
        () => writable.setF32(0, 1),
        () => writable.setF64(0, 1),
        () => writable.write(0, Buffer.from('x')),
      ]) {
        assert.throws(write, { code: 'ERR_MMAP_READ_ONLY' })
      }
      assert.equal(readFileSync(path, 'latin1'), '0123456789')
    })

    it('says so after the close, whatever is asked', async () => {
      const mapping = open(scratch.file(pattern(100)), { access: 'rw' })
      assert.equal(mapping.u8(1), 7)
      const closing = mapping.close()
      assert.equal(mapping.close(), closing)
      await closing
      assert.equal(mapping.isClosed, true)
      for (const use of [
        () => mapping.u8(1),
        () => mapping.u64(1),
        () => mapping.setU8(1, 1),
        () => mapping.setF64(1, 1),
        () => mapping.readInto(0, new Uint8Array(1)),
        () => mapping.slice(0, 1),
        () => mapping.string(0, 1),
        () => mapping.indexOf(new Uint8Array(1)),
        () => mapping.write(0, new Uint8Array(1)),
        () => mapping.advise('normal'),
        () => mapping.residency(),
        () => mapping.lease(0, 1),
        () => mapping.handle(),
      ]) {
        assert.throws(use, { code: 'ERR_MMAP_CLOSED' })
      }
      for (const use of [mapping.flush(), mapping.prefetch(), mapping.resize(1)]) {
        await assert.rejects(use, { code: 'ERR_MMAP_CLOSED' })
      }
      assert.equal(scratch.registry.stats().doubleReleases, 0)
    })

    it('is closed by a drain of its registry', async () => {
      const mapping = open(scratch.file(pattern(100)))
      assert.equal(mapping.u8(1), 7)
      await scratch.registry.drain()
      assert.throws(() => mapping.u8(1), { code: 'ERR_MMAP_CLOSED' })
      await mapping.close()
    })

    it('says that its file was truncated, from then on', async () => {
      const path = scratch.file(pattern(100_000))
      await using mapping = open(path, { access: 'rw' })
      await using other = open(path)
      assert.equal(mapping.u8(1), 7)
      truncateSync(path, 10)
      assert.throws(() => mapping.u8(50_000), isTruncated)
      assert.throws(() => mapping.u8(1), isTruncated, 'what is still there too')
      assert.throws(() => mapping.setU8(1, 1), isTruncated)
      assert.throws(() => mapping.write(1, new Uint8Array(1)), isTruncated)
      assert.throws(() => mapping.slice(0, 1), isTruncated)
      assert.throws(() => mapping.indexOf(new Uint8Array(1)), isTruncated)
      await assert.rejects(mapping.flush(), isTruncated)
      assert.equal(statSync(path).size, 10, 'it was not made longer again')
      for (const use of [
        () => other.readInto(0, new Uint8Array(90_000)),
        () => other.string(0, 10),
        () => other.slice(0, 10),
      ]) {
        assert.throws(use, isTruncated)
      }
    })

    it('does not report a flush of what is gone as a success', async () => {
      const path = scratch.file(pattern(100_000))
      await using mapping = open(path, { access: 'rw' })
      mapping.setU8(99_999, 1)
      truncateSync(path, 50_000)
      await assert.rejects(mapping.flush(), isTruncated)
    })

    it('writes nothing to a truncated file', async () => {
      const path = scratch.file(pattern(100_000))
      await using mapping = open(path, { access: 'rw' })
      truncateSync(path, 0)
      assert.throws(() => mapping.write(90_000, pattern(100)), isTruncated)
      await using second = open(scratch.file(pattern(100_000)), { access: 'rw' })
      truncateSync(second.path!, 0)
      assert.throws(() => second.setU32(90_000, 1), isTruncated)
      assert.equal(statSync(path).size, 0)
    })

    it('stays what it is when its file grows, is renamed, deleted or replaced', async () => {
      const path = scratch.file(pattern(5_000))
      await using mapping = open(path)
      writeFileSync(path, 'more', { flag: 'a' })
      assert.equal(mapping.size, 5_000)
      renameSync(path, `${path}.old`)
      writeFileSync(path, 'another')
      assert.equal(mapping.u8(1), 7)
      unlinkSync(`${path}.old`)
      assert.deepEqual(mapping.slice(0, 5_000), pattern(5_000))
    })

    it('takes hints, and reads ahead', async () => {
      await using mapping = open(scratch.file(pattern(50_000)), { advice: 'random' })
      for (const advice of ['normal', 'random', 'sequential', 'willneed'] as const)
        mapping.advise(advice, 3, 40_000)
      await mapping.prefetch(10, 20_000)
      await mapping.prefetch()
      assert.equal(mapping.residency(), backend === 'mmap' ? 1 : 0)
    })

    it('is a lease, whose end is its close', async () => {
      const { registry } = scratch
      const mapping = open(scratch.file('0123456789'), { name: 'held' })
      const group = (): unknown => {
        const { live, outcomes } = registry.stats().groups.find(each => each.kind === 'mmap.mapping')!
        return { live, success: outcomes.success }
      }
      assert.deepEqual(group(), { live: 1, success: 0 })
      await mapping.close()
      await mapping.close()
      assert.deepEqual(group(), { live: 0, success: 1 })
    })

    it('is closed by whoever is called while it is flushed, and then says so', async () => {
      let onNow = (): void => {}
      const clock = { ...processClock, now: () => (onNow(), 0) }
      const mapping = open(scratch.file('0123456789'), { access: 'rw', clock })
      onNow = () => void mapping.close()
      await assert.rejects(mapping.flush(), { code: 'ERR_MMAP_CLOSED' })
    })

    it('is not left open where it cannot be registered, nor is a view', async () => {
      let isBroken = false
      const refusal = new Error('refused')
      class Refusing extends ResourceRegistry {
        override track(...args: never[]): never {
          if (isBroken) throw refusal
          return Reflect.apply(super.track, this, args) as never
        }
      }
      const registry = new Refusing()
      const path = scratch.file('0123456789')
      const mapping = open(path, { registry })
      isBroken = true
      assert.throws(() => open(path, { registry }), refusal)
      if (backend === 'mmap') assert.throws(() => mapping.lease(0, 1), refusal)
      if (process.platform === 'linux') {
        const opened = readdirSync('/proc/self/fd').filter(fd => linkOf(`/proc/self/fd/${fd}`) === path)
        assert.equal(opened.length, 1)
      }
      // Not busy: the view was given back.
      await mapping.close()
    })

    it('says what is no regular file, and what cannot be opened', async () => {
      for (const path of [scratch.folder, ...(process.platform === 'win32' ? [] : ['/dev/null'])]) {
        const error = { code: 'ERR_MMAP_UNSUPPORTED', path }
        assert.throws(() => open(path), error)
        await assert.rejects(mapFile(path, { registry: scratch.registry, fallback }), error)
      }
      const none = join(scratch.folder, 'none')
      const missing = (error: unknown): boolean => {
        const { code, cause } = error as { code: string; cause: { code: string } }
        return code === 'ERR_MMAP_OPEN' && cause.code === 'ENOENT'
      }
      assert.throws(() => open(none), missing)
      await assert.rejects(mapFile(none, { registry: scratch.registry, fallback }), missing)
    })
  })
}
