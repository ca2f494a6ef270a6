import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { attachMapping, mapFileSync, type MapOptions, type SharedMapping } from '../src/index.ts'
import { backends, Scratch } from './scratch.ts'

/** Whatever a JavaScript program may pass. */
type Any = never
const at = (value: unknown): Any => value as Any

const proxy: unknown = new Proxy(
  {},
  {
    get() {
      throw new Error('trap')
    },
  },
)

const blind: unknown = new Proxy(
  {},
  {
    getPrototypeOf() {
      throw new Error('trap')
    },
  },
)

/** What is asked of a mapping of 100 bytes called "f", and the whole message. */
const USES: readonly [use: (m: SharedMapping) => unknown, message: string][] = [
  [m => m.u8(at(undefined)), "u8's offset must be an integer >= 0, got undefined"],
  [m => m.u8(at(null)), "u8's offset must be an integer >= 0, got null"],
  [m => m.u8(at('0')), 'u8\'s offset must be an integer >= 0, got "0"'],
  [m => m.u8(at(0n)), "u8's offset must be an integer >= 0, got 0n"],
  [m => m.u8(at(true)), "u8's offset must be an integer >= 0, got true"],
  [m => m.u8(at([0])), "u8's offset must be an integer >= 0, got an array"],
  [m => m.u8(at({ valueOf: () => 0 })), "u8's offset must be an integer >= 0, got an object"],
  [m => m.u8(at(Symbol('x'))), "u8's offset must be an integer >= 0, got a symbol"],
  [m => m.u8(at(proxy)), "u8's offset must be an integer >= 0, got an object"],
  [m => m.u8(NaN), "u8's offset must be an integer >= 0, got NaN"],
  [m => m.u8(Infinity), "u8's offset must be an integer >= 0, got Infinity"],
  [m => m.u8(-1), "u8's offset must be an integer >= 0, got -1"],
  [m => m.u8(0.5), "u8's offset must be an integer >= 0, got 0.5"],
  [m => m.u8(2 ** 53), "u8's offset must be an integer >= 0, got 9007199254740992"],
  [m => m.u8(100), 'u8 at 100 needs 1 byte, and the mapping has 100'],
  [m => m.i16(99), 'i16 at 99 needs 2 bytes, and the mapping has 100'],
  [m => m.u32(97), 'u32 at 97 needs 4 bytes, and the mapping has 100'],
  [m => m.u32(-4), "u32's offset must be an integer >= 0, got -4"],
  [m => m.i32(2 ** 32), 'i32 at 4294967296 needs 4 bytes, and the mapping has 100'],
  [m => m.f64(93), 'f64 at 93 needs 8 bytes, and the mapping has 100'],
  [m => m.i64(2 ** 53 - 1), 'i64 at 9007199254740991 needs 8 bytes, and the mapping has 100'],
  [m => m.setU8(100, 1), 'setU8 at 100 needs 1 byte, and the mapping has 100'],
  [m => m.setU16(at('1'), 1), 'setU16\'s offset must be an integer >= 0, got "1"'],
  [m => m.setF64(-1, 1), "setF64's offset must be an integer >= 0, got -1"],
  [m => m.setU8(0, at('1')), 'setU8\'s value must be a number, got "1"'],
  [m => m.setI32(0, at(undefined)), "setI32's value must be a number, got undefined"],
  [m => m.setF32(0, at({ valueOf: () => 1 })), "setF32's value must be a number, got an object"],
  [m => m.setU32(0, at(1n)), "setU32's value must be a number, got 1n"],
  [m => m.setU64(0, at(1)), "setU64's value must be a bigint, got 1"],
  [m => m.readInto(at('0'), new Uint8Array(1)), 'readInto\'s offset must be an integer >= 0, got "0"'],
  [m => m.readInto(0, at('x')), 'readInto\'s target must be a Uint8Array, got "x"'],
  [m => m.readInto(0, at(new Float64Array(1))), "readInto's target must be a Uint8Array, got an object"],
  [m => m.readInto(0, at(new ArrayBuffer(1))), "readInto's target must be a Uint8Array, got an object"],
  [m => m.readInto(0, at(proxy)), "readInto's target must be a Uint8Array, got an object"],
  [m => m.readInto(0, new Uint8Array(2), -1), "readInto's start must be an integer >= 0, got -1"],
  [
    m => m.readInto(0, new Uint8Array(2), 3),
    "readInto's start must be an integer from 0 to 2, the target's length, got 3",
  ],
  [
    m => m.readInto(0, new Uint8Array(2), 1, 2),
    "readInto's length must be an integer from 0 to 1, what the target has room for, got 2",
  ],
  [
    m => m.readInto(0, new Uint8Array(2), 0, at('1')),
    'readInto\'s length must be an integer from 0 to 2, what the target has room for, got "1"',
  ],
  [m => m.slice(at(undefined), 1), "slice's offset must be an integer >= 0, got undefined"],
  [m => m.slice(0, at(undefined)), "slice's length must be an integer >= 0, got undefined"],
  [m => m.slice(0, -1), "slice's length must be an integer >= 0, got -1"],
  [m => m.slice(99, 2), 'slice at 99 needs 2 bytes, and the mapping has 100'],
  [m => m.slice(1, 2 ** 53 - 1), 'slice at 1 needs 9007199254740991 bytes, and the mapping has 100'],
  [m => m.slice(101, 0), 'slice at 101 needs 0 bytes, and the mapping has 100'],
  [m => m.string(0, 101), 'string at 0 needs 101 bytes, and the mapping has 100'],
  [m => m.string(0, at('5')), 'string\'s length must be an integer >= 0, got "5"'],
  [m => m.string(0, 1, at('utf9')), 'string\'s encoding must be an encoding that Buffer knows, got "utf9"'],
  [m => m.string(0, 1, at(null)), "string's encoding must be an encoding that Buffer knows, got null"],
  [m => m.indexOf(at('x')), 'indexOf\'s bytes must be a Uint8Array, got "x"'],
  [m => m.indexOf(at(120)), "indexOf's bytes must be a Uint8Array, got 120"],
  [m => m.indexOf(new Uint8Array(1), -1), "indexOf's from must be an integer >= 0, got -1"],
  [m => m.indexOf(new Uint8Array(1), 1.5), "indexOf's from must be an integer >= 0, got 1.5"],
  [m => m.write(0, at([1, 2])), "write's bytes must be a Uint8Array, got an array"],
  [m => m.write(at(undefined), new Uint8Array(1)), "write's offset must be an integer >= 0, got undefined"],
  [m => m.write(99, new Uint8Array(2)), 'write at 99 needs 2 bytes, and the mapping has 100'],
  [
    m => m.write(2 ** 53 - 1, new Uint8Array(1)),
    'write at 9007199254740991 needs 1 byte, and the mapping has 100',
  ],
  [m => m.flush(-1), "flush's offset must be an integer >= 0, got -1"],
  [m => m.flush(90, 11), 'flush at 90 needs 11 bytes, and the mapping has 100'],
  [
    m => m.advise(at('dontneed')),
    "advice must be 'normal' | 'random' | 'sequential' | 'willneed', got \"dontneed\"",
  ],
  [m => m.advise('random', 101), 'advise at 101 needs 0 bytes, and the mapping has 100'],
  [m => m.prefetch(0, 101), 'prefetch at 0 needs 101 bytes, and the mapping has 100'],
  [m => m.residency(at('0')), 'residency\'s offset must be an integer >= 0, got "0"'],
  [m => m.resize(at(undefined)), "resize's size must be an integer >= 0, got undefined"],
  [m => m.resize(-1), "resize's size must be an integer >= 0, got -1"],
  [m => m.resize(1.5), "resize's size must be an integer >= 0, got 1.5"],
  [m => m.lease(0, 101), 'lease at 0 needs 101 bytes, and the mapping has 100'],
  [m => m.lease(at(null), 1), "lease's offset must be an integer >= 0, got null"],
]

const OPTIONS: readonly [options: unknown, message: string][] = [
  [null, 'mapFile: options must be an object, got null'],
  ['ro', 'mapFile: options must be an object, got "ro"'],
  [[], 'mapFile: options must be an object, got an array'],
  [{ acess: 'ro' }, 'mapFile: unknown option "acess"; did you mean "access"?'],
  [{ access: 'r' }, "mapFile: access must be 'ro' | 'rw' | 'cow', got \"r\""],
  [{ name: '' }, 'mapFile: name must be a non-empty string, got ""'],
  [{ offset: -1 }, 'mapFile: offset must be an integer >= 0, got -1'],
  [{ offset: '0' }, 'mapFile: offset must be an integer >= 0, got "0"'],
  [{ length: 0.5 }, 'mapFile: length must be an integer >= 0, got 0.5'],
  [{ size: 10 }, "mapFile: size must be left out, as access is not 'rw', got 10"],
  [{ access: 'rw', size: NaN }, 'mapFile: size must be an integer >= 0, got NaN'],
  [
    { advice: 'free' },
    "mapFile: advice must be 'normal' | 'random' | 'sequential' | 'willneed', got \"free\"",
  ],
  [{ fallback: true }, "mapFile: fallback must be 'auto' | 'never' | 'always', got true"],
  [
    { preset: 'fast' },
    "mapFile: preset must be 'production' | 'development' | 'test' | 'lowMemory', got \"fast\"",
  ],
  [{ registry: {} }, 'mapFile: registry must be a ResourceRegistry, got an object'],
  [
    { leakThresholdMillis: 0 },
    'mapFile: leakThresholdMillis must be a number of milliseconds from 1 to 2147483647, or false, got 0',
  ],
  [
    { telemetry: { spans: 'some' } },
    "mapFile: telemetry.spans must be 'all' | 'slow' | 'errors' | 'off', got \"some\"",
  ],
]

describe('bad arguments', () => {
  let scratch: Scratch

  beforeEach(() => {
    scratch = new Scratch()
  })
  afterEach(() => scratch.remove())

  for (const [backend, fallback] of backends) {
    it(`are refused, each in its own words, before anything is touched (${backend})`, async () => {
      const content = Buffer.alloc(100, 7)
      const path = scratch.file(content)
      const { registry } = scratch
      for (const isWarm of [false, true]) {
        await using mapping = mapFileSync(path, { name: 'f', access: 'rw', fallback, registry })
        if (isWarm) mapping.u8(0)
        for (const [use, message] of USES) {
          await assert.rejects(async () => use(mapping), { message: `mapping "f": ${message}` }, message)
        }
        assert.equal(mapping.size, 100)
        assert.equal(registry.stats().groups.filter(({ kind }) => kind === 'mmap.view').length, 0)
      }
      assert.deepEqual(readFileSync(path), content)
    })
  }

  it('of the call are refused before the file is opened', () => {
    for (const [options, message] of OPTIONS) {
      assert.throws(() => mapFileSync('/no/such/file', options as MapOptions), {
        code: 'ERR_CONFIG',
        message,
      })
    }
  })

  it('that are no path are refused', () => {
    const expected = 'mapFile: path must be a non-empty path without a 0 character, or a file: URL'
    for (const [path, got] of [
      ['', '""'],
      [undefined, 'undefined'],
      [7, '7'],
      [Buffer.from('x'), 'an object'],
      ['a\0b', '"a\\u0000b"'],
      [new URL('https://example.com/x'), 'an object'],
      [new URL('file://host/x'), 'an object'],
      [new URL('file:///a%2Fb'), 'an object'],
      [new URL('file:///a%00b'), 'an object'],
      [proxy, 'an object'],
      [blind, 'an object'],
    ] as const) {
      assert.throws(() => mapFileSync(path as string), {
        code: 'ERR_CONFIG',
        message: `${expected}, got ${got}`,
      })
    }
  })

  it('that are no handle are refused', () => {
    const message = 'mapping "attached": no open mapping of this process has this handle'
    const forged = { leasehold: 'mmap', token: 'f'.repeat(16), name: 'f', access: 'rw' }
    const others = [
      undefined,
      null,
      7,
      'x',
      {},
      proxy,
      { ...forged, token: 7 },
      { ...forged, token: '' },
      { ...forged, name: '' },
    ]
    for (const handle of [forged, ...others]) {
      assert.throws(() => attachMapping(handle as never), { code: 'ERR_MMAP_HANDLE', message })
    }
  })

  it('are at least forty', () => assert.ok(USES.length + OPTIONS.length >= 80))
})
