/**
 * What reading a mapped file costs, beside a raw DataView, fs.readSync, Buffer.indexOf, and mmap-io where it is installed
 * and builds. `npm run bench -- mmap [--smoke]`.
 */
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mapFileSync, type Mapping } from '@leasehold/mmap'
import { bar, bestNanos, heading } from './measure.ts'

const isSmoke = process.argv.includes('--smoke')
const MIB = 2 ** 20
const SIZE = (isSmoke ? 4 : 64) * MIB
const ROUNDS = isSmoke ? 2 : 60
/** Fewer where each takes milliseconds. */
const LONG_ROUNDS = isSmoke ? 1 : 9
const READS = isSmoke ? 10_000 : 500_000

const folder = mkdtempSync(join(tmpdir(), 'leasehold-bench-'))
const path = join(folder, 'data')
const bytes = new Uint8Array(SIZE)
const words = new Uint32Array(bytes.buffer)
for (let i = 0; i < words.length; i++) words[i] = Math.imul(i, 2_654_435_761)
const NEEDLE = Buffer.from('a text that ends the file')
bytes.set(NEEDLE, SIZE - NEEDLE.length)
writeFileSync(path, bytes)

const mapping = mapFileSync(path)
const whole = readFileSync(path)
const view = new DataView(whole.buffer, whole.byteOffset, whole.length)
const file = openSync(path, 'r')
const io = mmapIo()
let sink = 0

if (mapping.backend !== 'mmap')
  console.log('There is no native binary: these are the figures of the file back end.')

heading('One u32, anywhere in the file', `${SIZE / MIB} MiB, in memory`)
const random = bestNanos(ROUNDS, READS, {
  'a raw DataView': () => {
    sink += rawRandomly(view)
  },
  'mapping.u32': () => {
    sink += mappedRandomly(mapping)
  },
})
// It is no dependency, as it is compiled when it is installed: seen where somebody has it.
if (io !== undefined) {
  bestNanos(ROUNDS, READS, {
    'mmap-io, readUInt32LE': () => {
      sink += ioRandomly(io)
    },
  })
}
const four = Buffer.alloc(4)
const system = bestNanos(ROUNDS, READS / 100, {
  'fs.readSync of 4 bytes, anywhere': () => {
    let x = 12_345
    for (let i = 0; i < READS / 100; i++) {
      x = (Math.imul(x, 1_103_515_245) + 12_345) | 0
      readSync(file, four, 0, 4, (x >>> 6) & (SIZE - 4))
    }
  },
  'fs.readSync of 4 bytes, in 64 KiB': () => {
    for (let i = 0; i < READS / 100; i++) readSync(file, four, 0, 4, (i * 4) & 0xfffc)
  },
})
bar('random u32, a raw DataView’s', random['mapping.u32'] / random['a raw DataView'], 1.6, 'x')
const anywhere = system['fs.readSync of 4 bytes, anywhere']
bar('random u32, sixtieths of fs.readSync’s', (60 * random['mapping.u32']) / anywhere, 1, 'x')

heading('One u32 in a hot loop', '64 KiB')
const hot = bestNanos(ROUNDS, READS, {
  'a raw DataView': () => {
    sink += rawHot(view)
  },
  'mapping.u32': () => {
    sink += mappedHot(mapping)
  },
})
bar('hot u32', hot['mapping.u32'], 3, 'ns')
const nearby = system['fs.readSync of 4 bytes, in 64 KiB']
bar('hot u32, sixtieths of fs.readSync’s', (60 * hot['mapping.u32']) / nearby, 1, 'x')

const block = new Uint8Array(4096)
const COPIES = READS / 100
heading('4 KiB copied', 'the same MiB over and over')
const cached = bestNanos(ROUNDS, COPIES, {
  'fs.readSync': () => {
    for (let i = 0; i < COPIES; i++) readSync(file, block, 0, 4096, (i * 4096) % MIB)
  },
  'mapping.readInto': () => {
    for (let i = 0; i < COPIES; i++) mapping.readInto((i * 4096) % MIB, block)
  },
})
bar('4 KiB, two fifths of fs.readSync’s', (2.5 * cached['mapping.readInto']) / cached['fs.readSync'], 1, 'x')

heading('4 KiB copied', `all of ${SIZE / MIB} MiB in a shuffled order`)
const PAGES = SIZE / 4096
const copied = bestNanos(LONG_ROUNDS, PAGES, {
  'a plain memory copy': () => {
    for (let i = 0; i < PAGES; i++) {
      const at = ((i * 7919) % PAGES) * 4096
      block.set(new Uint8Array(whole.buffer, whole.byteOffset + at, 4096))
    }
  },
  'mapping.readInto': () => {
    for (let i = 0; i < PAGES; i++) mapping.readInto(((i * 7919) % PAGES) * 4096, block)
  },
})
bar('4 KiB, a memory copy’s', copied['mapping.readInto'] / copied['a plain memory copy'], 1.15, 'x')

const large = new Uint8Array(MIB)
heading('The file from its beginning to its end', 'in blocks of 1 MiB; a MiB')
const passed = bestNanos(LONG_ROUNDS, SIZE / MIB, {
  'fs.readSync': () => {
    for (let at = 0; at < SIZE; at += MIB) readSync(file, large, 0, MIB, at)
  },
  'mapping.readInto': () => {
    for (let at = 0; at < SIZE; at += MIB) mapping.readInto(at, large)
  },
})
bar('1 MiB blocks, fs.readSync’s', passed['mapping.readInto'] / passed['fs.readSync'], 1, 'x')

heading('Bytes found at the end', `${SIZE / MIB} MiB; a search`)
for (const [what, needle] of [
  ['25 bytes of text', NEEDLE],
  ['8 bytes', NEEDLE.subarray(-8)],
  ['40 bytes that are nowhere', Buffer.alloc(40, 'x')],
] as const) {
  const found = bestNanos(LONG_ROUNDS, 1, {
    [`Buffer.indexOf, ${what}`]: () => {
      sink += whole.indexOf(needle)
    },
    [`mapping.indexOf, ${what}`]: () => {
      sink += mapping.indexOf(needle)
    },
  })
  bar(
    `indexOf, Buffer’s, ${what}`,
    found[`mapping.indexOf, ${what}`]! / found[`Buffer.indexOf, ${what}`]!,
    1,
    'x',
  )
}

heading('Opened and closed', 'nothing read')
const OPENINGS = isSmoke ? 100 : 2_000
const opened = bestNanos(isSmoke ? 1 : 20, OPENINGS, {
  'fs.openSync + closeSync': () => {
    for (let i = 0; i < OPENINGS; i++) closeSync(openSync(path, 'r'))
  },
  'mapFileSync + close': () => {
    for (let i = 0; i < OPENINGS; i++) void mapFileSync(path).close()
  },
})
bar('open + close, fs’s', opened['mapFileSync + close'] / opened['fs.openSync + closeSync'], 3, 'x')

await mapping.close()
closeSync(file)
rmSync(folder, { recursive: true })
if (!Number.isFinite(sink)) throw new Error('nothing was read')

/** Each its own function: one that is given both would be slower for both. */
function mappedRandomly(of: Mapping): number {
  let [sum, x] = [0, 12_345]
  for (let i = 0; i < READS; i++) {
    x = (Math.imul(x, 1_103_515_245) + 12_345) | 0
    sum = (sum + of.u32((x >>> 6) & (SIZE - 4))) | 0
  }
  return sum
}

function rawRandomly(of: DataView): number {
  let [sum, x] = [0, 12_345]
  for (let i = 0; i < READS; i++) {
    x = (Math.imul(x, 1_103_515_245) + 12_345) | 0
    sum = (sum + of.getUint32((x >>> 6) & (SIZE - 4), true)) | 0
  }
  return sum
}

function ioRandomly(of: Buffer): number {
  let [sum, x] = [0, 12_345]
  for (let i = 0; i < READS; i++) {
    x = (Math.imul(x, 1_103_515_245) + 12_345) | 0
    sum = (sum + of.readUInt32LE((x >>> 6) & (SIZE - 4))) | 0
  }
  return sum
}

function mappedHot(of: Mapping): number {
  let sum = 0
  for (let i = 0; i < READS; i++) sum = (sum + of.u32((i * 4) & 0xfffc)) | 0
  return sum
}

function rawHot(of: DataView): number {
  let sum = 0
  for (let i = 0; i < READS; i++) sum = (sum + of.getUint32((i * 4) & 0xfffc, true)) | 0
  return sum
}

interface MmapIo {
  readonly PROT_READ: number
  readonly MAP_SHARED: number
  map(size: number, protection: number, privacy: number, file: number, offset: number): Buffer
}

/** The whole file as mmap-io maps it; undefined where it is not installed. */
function mmapIo(): Buffer | undefined {
  try {
    const require = createRequire(import.meta.url)
    const mmap = require('mmap-io') as MmapIo
    return mmap.map(SIZE, mmap.PROT_READ, mmap.MAP_SHARED, file, 0)
  } catch {
    return undefined
  }
}
