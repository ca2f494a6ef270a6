// Random operations on mappings beside a model of what the file holds: `node fuzz.mjs <folder> <operations> <seed> <back
// end> <disturbed: 0 | 1>`. Undisturbed, every byte is compared. Disturbed, a second process truncates, appends, renames
// and unlinks meanwhile: whatever is read is a byte that the file once had there, and only typed errors come. Prints JSON.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { mapFileSync } from '@leasehold/mmap'
import { Random } from './random.mjs'

const [, , folder, operations, seed, fallback, disturbed] = process.argv
const isDisturbed = disturbed === '1'
const random = new Random(Number(seed))
const FILES = 3
const MAX = 300_000
/** Disturbed files hold this byte alone, so that whatever is read is known. */
const BYTE = 7
const paths = Array.from({ length: FILES }, (_, i) => join(folder, `file${i}`))
const KNOWN = /^ERR_(MMAP_(RANGE|CLOSED|TRUNCATED|BUSY|READ_ONLY|UNSUPPORTED|OPEN|NO_SPACE)|LEASE_RELEASED)$/

/** What each file holds; of no use where others change it. @type {Uint8Array[]} */
const models = paths.map(path => {
  const bytes = isDisturbed ? new Uint8Array(MAX).fill(BYTE) : random.bytes(random.below(20_000))
  writeFileSync(path, bytes)
  return bytes
})

/** @typedef {{ mapping: import('@leasehold/mmap').SharedMapping, file: number, own?: Uint8Array, offset: number, views: any[] }} Held */
/** @type {Held[]} */
const open = []
const counts = { operations: 0, errors: {}, reads: 0, workers: 0 }
let done = 0

const tell = error => {
  // Only where another process cuts files and lets them grow again.
  if (error?.code === 'ERR_MMAP_NO_SPACE' && !isDisturbed) throw error
  if (!KNOWN.test(error?.code ?? '')) throw error
  counts.errors[error.code] = (counts.errors[error.code] ?? 0) + 1
}
const attempt = fn => {
  try {
    return fn()
  } catch (error) {
    tell(error)
    return undefined
  }
}
const attemptLater = async fn => {
  try {
    return await fn()
  } catch (error) {
    tell(error)
    return undefined
  }
}

/**
 * A copy on write shows what others write to pages that it has not written itself, of which the model knows nothing: a file
 * of which there is such a copy is written by nobody else. @param {Held} held
 */
const isCopied = held =>
  !isDisturbed &&
  held.mapping.access === 'rw' &&
  open.some(other => other.own !== undefined && other.file === held.file)

/** What the mapping is to hold. @param {Held} held */
const contentOf = held => held.own ?? models[held.file].subarray(held.offset, held.offset + held.mapping.size)

function openOne() {
  const file = random.below(FILES)
  const access = random.pick(['ro', 'ro', 'rw', 'cow'])
  const known = models[file].length
  const offset = random.pick([0, 0, 1, 4096, random.below(known + 2)])
  const length = random.pick([undefined, undefined, random.below(known + 2)])
  const mapping = attempt(() =>
    mapFileSync(paths[file], {
      access,
      offset,
      length,
      fallback,
      name: 'fuzz',
      telemetry: { metrics: false },
    }),
  )
  if (mapping === undefined) {
    if (!isDisturbed) assert.ok(offset + (length ?? 0) > known, 'refused though it lies within')
    return
  }
  if (!isDisturbed) assert.equal(mapping.size, length ?? known - offset)
  const held = { mapping, file, offset, views: [] }
  if (access === 'cow')
    held.own = isDisturbed ? new Uint8Array(mapping.size).fill(BYTE) : contentOf(held).slice()
  open.push(held)
}

/** @param {Uint8Array} bytes @param {Held} held @param {number} at */
function compare(bytes, held, at) {
  counts.reads++
  if (isDisturbed) {
    // What others wrote is the one byte, and behind an end that was cut within a page, 0.
    for (const byte of bytes)
      if (byte !== BYTE && byte !== 0) assert.fail(`byte ${byte} was never in the file`)
    return
  }
  const expected = contentOf(held).subarray(at, at + bytes.length)
  if (Buffer.compare(bytes, expected) !== 0) assert.fail(`wrong bytes at ${at}`)
}

const READS = { u8: 1, i8: 1, u16: 2, i16: 2, u32: 4, i32: 4, u64: 8, i64: 8, f32: 4, f64: 8 }
const METHODS = {
  u8: 'Uint8',
  i8: 'Int8',
  u16: 'Uint16',
  i16: 'Int16',
  u32: 'Uint32',
  i32: 'Int32',
  u64: 'BigUint64',
  i64: 'BigInt64',
  f32: 'Float32',
  f64: 'Float64',
}

/** @type {[weight: number, act: (held: Held) => unknown][]} */
const acts = [
  [
    30,
    held => {
      const [kind, width] = random.pick(Object.entries(READS))
      const at = random.below(held.mapping.size + 3)
      const little = random.next() < 0.5
      const value = attempt(() => held.mapping[kind](at, little))
      if (value === undefined) {
        if (!isDisturbed) assert.ok(at + width > held.mapping.size || held.mapping.isClosed)
        return
      }
      const view = new DataView(new ArrayBuffer(8))
      view[`set${METHODS[kind]}`](0, value, little)
      // A number that is none may be another one when it is written again.
      if (value === value) compare(new Uint8Array(view.buffer, 0, width), held, at)
    },
  ],
  [
    8,
    held => {
      const [kind, width] = random.pick(
        Object.entries(READS).filter(([kind]) => kind !== 'f32' && kind !== 'f64'),
      )
      if (isCopied(held)) return
      const at = random.below(held.mapping.size + 3)
      const value = isDisturbed ? 0x0707070707070707n : BigInt(random.below(2 ** 32))
      const setter = `set${kind[0].toUpperCase()}${kind.slice(1)}`
      const given = width === 8 ? value : Number(BigInt.asUintN(32, value))
      const before = held.mapping.isClosed
      attempt(() => {
        held.mapping[setter](at, given)
        if (isDisturbed) return
        assert.ok(!before && at + width <= held.mapping.size)
        const content = contentOf(held)
        new DataView(content.buffer, content.byteOffset, content.length)[`set${METHODS[kind]}`](
          at,
          given,
          true,
        )
      })
    },
  ],
  [
    10,
    held => {
      const at = random.below(held.mapping.size + 3)
      const target = new Uint8Array(random.below(random.pick([10, 5_000])))
      const count = attempt(() => held.mapping.readInto(at, target))
      if (count === undefined) return
      assert.equal(count, Math.max(0, Math.min(target.length, held.mapping.size - at)))
      compare(target.subarray(0, count), held, at)
    },
  ],
  [
    8,
    held => {
      const at = random.below(held.mapping.size + 3)
      const length = random.below(random.pick([10, 9_000]))
      const bytes = attempt(() => held.mapping.slice(at, length))
      if (bytes !== undefined) compare(bytes, held, at)
    },
  ],
  [
    4,
    held => {
      const at = random.below(held.mapping.size + 3)
      const length = random.below(100)
      const text = attempt(() => held.mapping.string(at, length, 'latin1'))
      if (text !== undefined) compare(Buffer.from(text, 'latin1'), held, at)
    },
  ],
  [
    6,
    held => {
      if (isCopied(held)) return
      const at = random.below(held.mapping.size + 3)
      const bytes = isDisturbed
        ? new Uint8Array(random.below(6_000)).fill(BYTE)
        : random.bytes(random.below(random.pick([9, 6_000])))
      attempt(() => {
        held.mapping.write(at, bytes)
        if (!isDisturbed) contentOf(held).set(bytes, at)
      })
    },
  ],
  [
    6,
    held => {
      const from = random.below(held.mapping.size + 3)
      const needle =
        random.next() < 0.5 || held.mapping.size === 0
          ? random.bytes(random.below(4))
          : contentOf(held).slice(random.below(held.mapping.size)).slice(0, random.below(20))
      const found = attempt(() => held.mapping.indexOf(needle, from))
      if (found === undefined || isDisturbed) return
      assert.equal(found, from > held.mapping.size ? -1 : Buffer.from(contentOf(held)).indexOf(needle, from))
    },
  ],
  [
    3,
    held => {
      const at = random.below(held.mapping.size + 2)
      const view = attempt(() => held.mapping.lease(at, random.below(5_000)))
      if (view === undefined) return
      compare(view.value, held, at)
      if (random.next() < 0.5) view[Symbol.dispose]()
      else held.views.push(view)
    },
  ],
  [3, held => held.views.splice(0).forEach(view => view[Symbol.dispose]())],
  [2, held => attemptLater(() => held.mapping.flush())],
  [1, held => attemptLater(() => held.mapping.prefetch())],
  [
    1,
    held => attempt(() => held.mapping.advise(random.pick(['normal', 'random', 'sequential', 'willneed']))),
  ],
  [1, held => attempt(() => held.mapping.residency())],
  [
    2,
    async held => {
      // Others that map the file would be cut: of that the disturbed run is full.
      if (
        !isDisturbed &&
        (held.mapping.access !== 'rw' || open.some(other => other !== held && other.file === held.file))
      )
        return
      const size = random.below(isDisturbed ? MAX : 20_000)
      const before = held.mapping.size
      await attemptLater(() => held.mapping.resize(size))
      if (isDisturbed || held.mapping.size === before) return
      const grown = new Uint8Array(held.offset + size)
      grown.set(models[held.file].subarray(0, held.offset + size))
      models[held.file] = grown
    },
  ],
  [
    2,
    async held => {
      const handle = attempt(() => held.mapping.handle())
      if (handle !== undefined && counts.workers < 5 && random.next() < 0.05) await attach(handle, held)
    },
  ],
  [
    6,
    async held => {
      const { views } = held
      if (views.length > 0 && random.next() < 0.7) views.splice(0).forEach(view => view[Symbol.dispose]())
      await attemptLater(() => held.mapping.close())
      if (held.mapping.isClosed && random.next() < 0.8) open.splice(open.indexOf(held), 1)
    },
  ],
]

/** A thread that reads the same pages. */
async function attach(handle, held) {
  counts.workers++
  const worker = new Worker(
    `const { workerData, parentPort } = require('node:worker_threads')
     import('@leasehold/mmap').then(async ({ attachMapping }) => {
       const mapping = attachMapping(workerData)
       let seen
       try { seen = mapping.slice(0, mapping.size) } catch (error) { seen = error.code }
       parentPort.postMessage(seen)
       if (mapping.size % 2 === 0) await mapping.close()
     })`,
    { eval: true, workerData: handle },
  )
  const seen = await new Promise(resolve => worker.once('message', resolve))
  if (typeof seen === 'string') assert.equal(seen, 'ERR_MMAP_TRUNCATED')
  else compare(seen, held, 0)
  await worker.terminate()
}

const total = acts.reduce((sum, [weight]) => sum + weight, 0)
function pickAct() {
  let at = random.below(total)
  for (const [weight, act] of acts) if ((at -= weight) < 0) return act
  throw new Error('unreachable')
}

const other = isDisturbed
  ? spawn(process.execPath, [fileURLToPath(new URL('disturber.mjs', import.meta.url)), folder, seed], {
      stdio: 'inherit',
    })
  : undefined
try {
  for (; done < Number(operations); done++) {
    counts.operations++
    if (open.length === 0 || (open.length < 8 && random.next() < 0.1)) openOne()
    else await pickAct()(random.pick(open))
    if (done % 256 === 0) await new Promise(setImmediate)
  }
  for (const { mapping, views } of open) {
    views.forEach(view => view[Symbol.dispose]())
    await attemptLater(() => mapping.flush())
    await mapping.close()
  }
  if (!isDisturbed)
    paths.forEach((path, i) =>
      assert.ok(existsSync(path) && Buffer.compare(readFileSync(path), models[i]) === 0, path),
    )
} catch (error) {
  console.error(`after ${done} operations, with seed ${seed}:`)
  throw error
} finally {
  other?.kill()
}
console.log(JSON.stringify(counts))
