// One hazard of memory mapping each; the first argument says which, the second is a folder to work in. Ends with 0 and
// "survived" where the program lives and has been told the truth.
import assert from 'node:assert/strict'
import { randomFill } from 'node:crypto'
import { once } from 'node:events'
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  truncateSync,
  write as writeFile,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { deflate } from 'node:zlib'
import { processClock, ResourceRegistry } from '@leasehold/core'
import { mapFile, mapFileSync } from '@leasehold/mmap'

const [, , hazard, folder] = process.argv
const MIB = 2 ** 20
const path = join(folder, 'file')
const gone = { code: 'ERR_MMAP_TRUNCATED' }

/** @param {number} length @param {number} [byte] */
const fresh = (length, byte = 7) => (writeFileSync(path, Buffer.alloc(length, byte)), path)

/** @param {string} path */
const linkOf = path => {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

/** A program in a thread of its own. @param {string} source @param {unknown} workerData */
const threadOf = (source, workerData) => new Worker(source, { eval: true, workerData })

/** @type {Record<string, () => unknown>} */
const hazards = {
  async 'use after unmap'() {
    const mapping = mapFileSync(fresh(MIB), { access: 'rw' })
    const view = mapping.lease(0, 100)
    const kept = view.value
    mapping.u32(0)
    void view.release()
    await mapping.close()
    for (let i = 0; i < 20_000; i++) assert.throws(() => mapping.u32(0), { code: 'ERR_MMAP_CLOSED' })
    assert.throws(() => view.value, { code: 'ERR_LEASE_RELEASED' })
    assert.deepEqual([...kept], Array(100).fill(0), 'what was kept is nobody’s memory')
    kept.fill(1)
    assert.equal(readFileSync(path)[0], 7)
  },

  async 'the buffer is transferred away'() {
    const mapping = mapFileSync(fresh(MIB))
    const view = mapping.lease(0, MIB)
    const { buffer } = view.value
    const moved =
      typeof buffer.transfer === 'function' ? new Uint8Array(buffer.transfer()) : new Uint8Array(buffer)
    view[Symbol.dispose]()
    await mapping.close()
    let sum = 0
    for (let i = 0; i < MIB; i += 512) sum += moved[i]
    assert.ok(sum === 0 || sum === 7 * (MIB / 512), 'memory of the mapping’s, or a copy of the engine’s')
  },

  async 'prototypes that would catch the private buffer'() {
    const mapping = mapFileSync(fresh(MIB), { access: 'rw' })
    /** @type {ArrayBuffer[]} */
    const caught = []
    const keep = thing => {
      if (ArrayBuffer.isView(thing) && thing.byteLength >= MIB) caught.push(thing.buffer)
      if (thing instanceof ArrayBuffer && thing.byteLength >= MIB) caught.push(thing)
    }
    for (const target of [
      DataView.prototype,
      Uint8Array.prototype,
      Object.getPrototypeOf(Uint8Array.prototype),
    ]) {
      for (const key of Reflect.ownKeys(target)) {
        const original = Object.getOwnPropertyDescriptor(target, key)
        if (typeof original.value === 'function' && original.configurable) {
          Object.defineProperty(target, key, {
            ...original,
            value(...args) {
              keep(this)
              args.forEach(keep)
              return Reflect.apply(original.value, this, args)
            },
          })
        }
      }
    }
    const callPlain = Function.prototype.call
    const replaceCall = value =>
      // oxlint-disable-next-line no-extend-native -- as the programs that are to be survived do
      Object.defineProperty(Function.prototype, 'call', { value, writable: true, configurable: true })
    replaceCall(function (...args) {
      args.forEach(keep)
      return Reflect.apply(callPlain, this, args)
    })
    class Catching extends Uint8Array {
      set(source) {
        keep(source)
      }
    }
    mapping.u32(0)
    mapping.setU32(4, 1)
    mapping.readInto(0, new Catching(2 * MIB))
    mapping.slice(0, 10)
    mapping.string(0, 10)
    mapping.write(0, new Catching(10))
    await mapping.close()
    replaceCall(callPlain)
    assert.equal(caught.length, 0)
  },

  async 'a setter or a reference that would catch the private buffer'() {
    /** @type {unknown[]} */
    const caught = []
    for (const prototype of [Array.prototype, Object.prototype]) {
      Object.defineProperty(prototype, 0, {
        configurable: true,
        get: () => undefined,
        set(value) {
          if (ArrayBuffer.isView(value)) caught.push(value)
          Object.defineProperty(this, 0, { value, writable: true, configurable: true })
        },
      })
    }
    const { deref } = WeakRef.prototype
    // oxlint-disable-next-line no-extend-native -- as the programs that are to be survived do
    WeakRef.prototype.deref = function () {
      const reader = Reflect.apply(deref, this, [])
      if (typeof reader?.heat === 'function') caught.push(reader)
      return reader
    }
    const mapping = mapFileSync(fresh(MIB), { access: 'rw' })
    mapping.u32(0)
    await mapping.resize(MIB / 2)
    mapping.u32(0)
    await mapping.close()
    assert.equal(caught.length, 0)
  },

  async 'a registry of the program’s own'() {
    /** @type {{ held: object, options: any }[]} */
    const taken = []
    const own = new ResourceRegistry()
    let isFull = false
    const registry = {
      track(held, options, Lease) {
        taken.push({ held, options })
        if (isFull) throw new Error('full')
        return own.track(held, options, Lease)
      },
      stats: () => own.stats(),
    }
    const mapping = mapFileSync(fresh(MIB), { registry })
    isFull = true
    assert.throws(() => mapping.lease(0, 10), { message: 'full' })
    assert.throws(() => mapFileSync(path, { registry }), { message: 'full' })
    await assert.rejects(mapFile(path, { registry }), { message: 'full' })
    await mapping.close()
    for (const { held, options } of taken) {
      options.cleanup(held)
      options.force(held)
      assert.deepEqual(
        Reflect.ownKeys(held).filter(key => key !== 'ref'),
        [],
      )
    }
    assert.equal(taken.length, 4)
    assert.ok(!readFileSync('/proc/self/maps', 'utf8').includes(path))
  },

  async 'a worker gives the memory of a view away, and ends'() {
    const source = `
      const { workerData, parentPort } = require('node:worker_threads')
      import('@leasehold/mmap').then(({ mapFileSync }) => {
        const mapping = mapFileSync(workerData)
        const { buffer } = (globalThis.view = mapping.lease(0, mapping.size)).value
        const moved = typeof buffer.transfer === 'function' ? buffer.transfer() : buffer
        parentPort.postMessage(moved, [moved])
      })`
    const worker = threadOf(source, fresh(MIB))
    const [moved] = await once(worker, 'message')
    await worker.terminate()
    const sum = new Uint8Array(moved).reduce((sum, byte) => sum + byte, 0)
    assert.ok(sum === 0 || sum === 7 * MIB, 'nobody’s memory, or a copy of the engine’s')
    assert.ok(!readFileSync('/proc/self/maps', 'utf8').includes(path))
    assert.ok(!readdirSync('/proc/self/fd').some(fd => linkOf(`/proc/self/fd/${fd}`) === path))
  },

  async 'a clock that closes the mapping'() {
    for (const fallback of ['never', 'always']) {
      const clock = Object.create(processClock)
      const mapping = mapFileSync(fresh(MIB), { access: 'rw', fallback, clock })
      clock.now = () => (void mapping.close(), processClock.now())
      await assert.rejects(mapping.flush(), { code: 'ERR_MMAP_CLOSED' })
    }
  },

  async 'a worker ends while it maps'() {
    const source = `
      const { workerData, parentPort } = require('node:worker_threads')
      import('@leasehold/mmap').then(({ mapFile }) => {
        for (let i = 0; i < 100; i++) mapFile(workerData).catch(() => {})
        parentPort.postMessage(0)
      })`
    fresh(MIB)
    for (let i = 0; i < 5; i++) {
      const worker = threadOf(source, path)
      await once(worker, 'message')
      await worker.terminate()
    }
    assert.ok(!readFileSync('/proc/self/maps', 'utf8').includes(path))
    assert.ok(!readdirSync('/proc/self/fd').some(fd => linkOf(`/proc/self/fd/${fd}`) === path))
  },

  async 'a thread of the pool holds the pointer'() {
    for (let i = 0; i < 10; i++) {
      const mapping = mapFileSync(fresh(4 * MIB), { access: 'cow' })
      const view = mapping.lease(0, mapping.size)
      const working = [
        promisify(deflate)(view.value),
        promisify(randomFill)(view.value),
        new Promise(resolve => {
          const out = openSync(join(folder, 'out'), 'w')
          writeFile(out, view.value, 0, view.value.length, 0, error => resolve((closeSync(out), error)))
        }),
      ]
      void view.release()
      await mapping.close()
      await Promise.all(working)
    }
  },

  async 'those who are told of a lease look for its memory'() {
    /** @type {Set<unknown>} */
    const seen = new Set()
    /** All that a program gets hold of from there. @param {unknown} thing */
    const search = thing => {
      if ((typeof thing !== 'object' && typeof thing !== 'function') || thing === null || seen.has(thing))
        return
      seen.add(thing)
      if (ArrayBuffer.isView(thing)) search(thing.buffer)
      for (let at = thing; at !== null; at = Object.getPrototypeOf(at)) {
        for (const key of Reflect.ownKeys(at)) {
          try {
            search(thing[key])
          } catch {
            // What cannot be looked at leads nowhere.
          }
        }
      }
    }
    class Told extends ResourceRegistry {
      track(value, ...others) {
        search(value)
        return super.track(value, ...others)
      }
    }
    const registry = new Told()
    registry.on('acquire', search)
    const mapping = mapFileSync(fresh(MIB), { registry })
    mapping.u8(0)
    void mapping.lease(0, 10).release()
    search(mapping)
    await mapping.close()
    const memory = [...seen].filter(thing => thing instanceof ArrayBuffer && thing.byteLength >= MIB)
    assert.ok(seen.size > 100)
    assert.deepEqual(memory, [])
    assert.ok(![...seen].some(thing => typeof (/** @type {any} */ (thing).takeBack) === 'function'))
  },

  async 'a list that would catch the private buffer'() {
    /** @type {unknown[]} */
    const caught = []
    const keep = thing => {
      if (ArrayBuffer.isView(thing) && thing.byteLength >= MIB) caught.push(thing)
      if (Array.isArray(thing) && thing.some(one => ArrayBuffer.isView(one))) caught.push(thing)
    }
    const iterate = Array.prototype[Symbol.iterator]
    // oxlint-disable-next-line no-extend-native -- as the programs that are to be survived do
    Object.defineProperty(Array.prototype, 0, {
      configurable: true,
      get: () => undefined,
      set(value) {
        keep(value)
        Object.defineProperty(this, 0, { value, writable: true, enumerable: true, configurable: true })
      },
    })
    // oxlint-disable-next-line no-extend-native -- as above
    Array.prototype[Symbol.iterator] = function () {
      keep(this)
      return iterate.call(this)
    }
    const mapping = mapFileSync(fresh(MIB), { access: 'rw' })
    mapping.u32(0)
    await mapping.resize(2 * MIB)
    mapping.u32(0)
    await mapping.close()
    delete (/** @type {any} */ (Array.prototype)[0])
    // oxlint-disable-next-line no-extend-native -- as it was
    Array.prototype[Symbol.iterator] = iterate
    assert.equal(caught.length, 0)
  },

  async 'a function of Math that gives the mapping another size'() {
    const mapping = mapFileSync(fresh(MIB), { access: 'rw' })
    const original = Math.min
    let isArmed = true
    Math.min = (...numbers) => {
      if (isArmed) {
        isArmed = false
        void mapping.resize(2 * MIB)
      }
      return original(...numbers)
    }
    for (let i = 0; i < 3; i++) mapping.u32(0)
    await mapping.close()
    Math.min = original
    assert.throws(() => mapping.u32(0), { code: 'ERR_MMAP_CLOSED' })
  },

  async 'text that changes while it is decoded'() {
    writeFileSync(path, Buffer.from('é€🙂 plain text '.repeat(4_000)))
    const writer = mapFileSync(path, { access: 'rw' })
    const worker = threadOf(
      `const { workerData } = require('node:worker_threads')
       import('@leasehold/mmap').then(({ attachMapping }) => {
         const mapping = attachMapping(workerData)
         for (let i = 0; ; i = (i + 1) % (mapping.size - 1)) mapping.setU8(i, (i * 37) & 255)
       })`,
      writer.handle(),
    )
    const reader = mapFileSync(path)
    const until = Date.now() + 1_500
    let characters = 0
    while (Date.now() < until) characters += reader.string(0, reader.size).length
    assert.ok(characters > 0)
    await worker.terminate()
    await reader.close()
    await writer.close()
  },

  async 'the file is truncated under a hot loop'() {
    for (const read of ['u8', 'u32', 'f64']) {
      const mapping = mapFileSync(fresh(4 * MIB))
      const worker = threadOf(
        `const { truncateSync } = require('node:fs'); const { workerData } = require('node:worker_threads')
         setTimeout(() => truncateSync(workerData, 4096), 60)`,
        path,
      )
      const right = { u8: 7, u32: 0x07070707, f64: mapping.f64(0) }[read]
      assert.throws(() => {
        for (;;)
          for (let i = 0; i < 4 * MIB - 8; i += 8)
            if (mapping[read](i) !== right) throw new Error('wrong bytes')
      }, gone)
      // A value that was read is never one that was not there, however many are read at a time.
      await worker.terminate()
      assert.throws(() => mapping[read](0), gone)
      await mapping.close()
    }
  },

  async 'two reads of one expression, the second one gone'() {
    const sum = mapping => mapping.u32(100) + mapping.u32(MIB - 8)
    for (let i = 0; i < 300; i++) {
      const mapping = mapFileSync(fresh(MIB))
      for (let k = 0; k < 200; k++) assert.equal(sum(mapping), 2 * 0x07070707)
      truncateSync(path, 4096)
      assert.throws(() => sum(mapping), gone)
      await mapping.close()
    }
  },

  async 'blocks of a truncated file'() {
    const target = new Uint8Array(MIB)
    for (const use of [
      mapping => mapping.readInto(0, target),
      mapping => mapping.slice(0, MIB),
      mapping => mapping.string(0, MIB, 'latin1'),
      mapping => mapping.indexOf(Buffer.from('nowhere')),
      mapping => mapping.write(MIB - 100, Buffer.alloc(100)),
      mapping => mapping.setF64(MIB - 8, 1),
      mapping => mapping.flush(),
      mapping => mapping.prefetch(),
    ]) {
      const mapping = mapFileSync(fresh(MIB), { access: 'rw' })
      truncateSync(path, 5_000)
      await assert.rejects(async () => use(mapping), gone)
      await mapping.close()
    }
  },

  async 'a view of a truncated file'() {
    const mapping = mapFileSync(fresh(MIB))
    const view = mapping.lease(0, MIB)
    truncateSync(path, 0)
    assert.equal(
      view.value.reduce((sum, byte) => sum + byte, 0),
      0,
    )
    assert.ok((await promisify(deflate)(view.value)).length > 0)
    assert.throws(() => mapping.u8(0), gone)
  },

  async 'a listener takes the signal, and lets it go'() {
    const listener = () => {}
    for (const step of [() => process.on('SIGBUS', listener), () => process.off('SIGBUS', listener)]) {
      const mapping = mapFileSync(fresh(MIB))
      step()
      truncateSync(path, 0)
      assert.throws(() => mapping.u8(MIB - 1), gone)
      await mapping.close()
    }
  },

  async 'the signal is sent by somebody'() {
    const mapping = mapFileSync(fresh(MIB))
    const heard = once(process, 'SIGBUS')
    mapping.u8(0)
    // A timer, as a listener for a signal keeps no process alive.
    const alive = setInterval(() => {}, 1_000)
    process.kill(process.pid, 'SIGBUS')
    await heard
    clearInterval(alive)
    assert.equal(mapping.u8(0), 7)
    await mapping.close()
  },

  async 'the signal ends the process where it is nobody’s'() {
    mapFileSync(fresh(MIB)).u8(0)
    process.kill(process.pid, 'SIGBUS')
    await new Promise(resolve => setTimeout(resolve, 5_000))
  },

  async 'the add-on is loaded by a worker alone'() {
    const source = `
      const { workerData: path, parentPort } = require('node:worker_threads')
      import('@leasehold/mmap').then(({ mapFileSync }) => { mapFileSync(path).u8(0); parentPort.postMessage(0) })`
    for (let i = 0; i < 3; i++) {
      const worker = threadOf(source, fresh(MIB))
      await new Promise(resolve => worker.once('message', resolve))
      await worker.terminate()
    }
    // Its handler is still installed, and its code still there.
    const mapping = mapFileSync(fresh(MIB))
    truncateSync(path, 0)
    assert.throws(() => mapping.u8(MIB - 1), gone)
    await mapping.close()
  },

  async 'a stray write to what is read-only'() {
    const mapping = mapFileSync(fresh(MIB))
    const view = mapping.lease(0, MIB)
    view.value.fill(9)
    assert.equal(readFileSync(path)[0], 7)
  },

  async 'a length beyond the file'() {
    fresh(5_000)
    for (const range of [
      { length: 5_001 },
      { offset: 4_999, length: 2 },
      { offset: 5_001 },
      { offset: 1, length: 2 ** 53 - 1 },
    ]) {
      assert.throws(() => mapFileSync(path, range), { code: 'ERR_MMAP_RANGE' })
    }
  },

  async 'the system reads a view of what is gone'() {
    const mapping = mapFileSync(fresh(MIB))
    const view = mapping.lease(0, MIB)
    truncateSync(path, 0)
    const out = openSync(join(folder, 'out'), 'w')
    const error = await new Promise(resolve => writeFile(out, view.value, 0, MIB, 0, resolve))
    closeSync(out)
    assert.equal(error?.code, 'EFAULT')
    assert.throws(() => mapping.u8(0), gone)
  },

  async 'workers come and go, in any order'() {
    const source = `
      const { workerData: { handle, how }, parentPort } = require('node:worker_threads')
      import('@leasehold/mmap').then(async ({ attachMapping }) => {
        const mapping = attachMapping(handle)
        const view = mapping.lease(0, 100)
        parentPort.postMessage(mapping.u8(5) + view.value[5])
        if (how === 'waits') await new Promise(resolve => parentPort.once('message', resolve))
        if (how !== 'leaves all') { view.release(); parentPort.postMessage(mapping.u8(5)); await mapping.close() }
        if (how === 'hangs') setInterval(() => mapping.isClosed, 1)
        parentPort.unref?.()
      })`
    for (const how of ['closes', 'leaves all', 'waits', 'hangs', 'waits', 'closes']) {
      const mapping = mapFileSync(fresh(MIB), { access: 'rw' })
      const worker = threadOf(source, { handle: mapping.handle(), how })
      assert.equal(await new Promise(resolve => worker.once('message', resolve)), 14)
      await assert.rejects(
        async () => {
          await mapping.resize(10)
          throw Object.assign(new Error('the worker has closed its share already'), { code: 'ERR_MMAP_BUSY' })
        },
        { code: 'ERR_MMAP_BUSY' },
      )
      await mapping.close()
      if (how === 'waits') {
        worker.postMessage('go on')
        assert.equal(await new Promise(resolve => worker.once('message', resolve)), 7)
      }
      await worker.terminate()
    }
  },

  async 'a descriptor is closed and used again'() {
    const mapping = mapFileSync(fresh(MIB), { access: 'rw' })
    const fd = readdirSync('/proc/self/fd').find(fd => linkOf(`/proc/self/fd/${fd}`) === path)
    closeSync(Number(fd))
    const other = openSync('/proc/self/status', 'r')
    assert.equal(String(other), fd)
    assert.equal(mapping.u8(0), 7)
    truncateSync(path, 0)
    assert.throws(() => mapping.u8(MIB - 1), gone)
  },

  async 'a number that closes the mapping when it is looked at'() {
    const mapping = mapFileSync(fresh(MIB), { access: 'rw' })
    mapping.u8(0)
    const evil = { valueOf: () => (void mapping.close(), 0) }
    const range = { code: 'ERR_MMAP_RANGE' }
    for (const use of [
      () => mapping.u32(evil),
      () => mapping.slice(evil, 1),
      () => mapping.slice(0, evil),
      () => mapping.readInto(0, new Uint8Array(1), evil),
      () => mapping.indexOf(Buffer.from('x'), evil),
      () => mapping.lease(0, evil),
    ]) {
      assert.throws(use, error => error.code === range.code || error.code === 'ERR_MMAP_CLOSED')
    }
    const other = mapFileSync(path, { access: 'rw' })
    assert.throws(() => other.setU32(0, { valueOf: () => (void other.close(), 0) }), { code: 'ERR_CONFIG' })
    assert.equal(other.isClosed, false)
    await other.close()
  },

  async 'a flush reaches the file'() {
    const mapping = mapFileSync(fresh(MIB, 0), { access: 'rw' })
    mapping.setU32(MIB - 4, 0xdeadbeef)
    const flushing = mapping.flush()
    await mapping.close()
    await flushing
    assert.equal(readFileSync(path).readUInt32LE(MIB - 4), 0xdeadbeef)
  },

  async 'the process exits in the middle of everything'() {
    const mapping = await mapFile(fresh(MIB), { access: 'rw' })
    const view = mapping.lease(0, MIB)
    void promisify(deflate)(view.value)
    void mapping.flush()
    void mapping.prefetch()
    void mapFile(path)
    process.stdout.write('survived\n')
    process.exit(0)
  },
}

await hazards[hazard]()
process.stdout.write('survived\n')
