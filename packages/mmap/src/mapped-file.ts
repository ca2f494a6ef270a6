import { ConfigError } from '@leasehold/core'
import type { Backing, HotReader } from './backing.ts'
import { MappingBlocks, type MappingIdentity } from './mapping-blocks.ts'
import { RawView } from './primordials.ts'
import { checkRange } from './range-check.ts'
import type { MmapTelemetry } from './telemetry/mmap-telemetry.ts'

const { open, settle, writable } = MappingBlocks.internals
const NOTHING: RawView = new RawView(new ArrayBuffer(1), 0, 1)

type Getter = Exclude<Extract<keyof DataView, `get${string}`>, 'getFloat16'>
type Setter = Exclude<Extract<keyof DataView, `set${string}`>, 'setFloat16'>

/** By the method itself, not by `call`, which a program may have replaced. The value has been seen to be of its kind. */
function put(
  view: RawView,
  method: Setter,
  at: number,
  value: number | bigint,
  littleEndian?: boolean,
): void {
  const methods = view as unknown as Record<
    Setter,
    (at: number, value: number | bigint, le?: boolean) => void
  >
  methods[method](at, value, littleEndian)
}

/**
 * A mapping. Its numbers are read and written without a call where the first window of mapped memory has them: `#safe` is
 * the last place where any number lies whole in it, and -1 while there is none, so that one comparison sends everything
 * else the slow way, where it is looked into. The flag of a fault is looked at after the memory, in a `DataView`, whose
 * reads the engine never takes together.
 *
 * The functions are alike, and written out: one that took the kind for an argument would be three times as slow.
 */
export class MappedFile extends MappingBlocks {
  readonly #backing: Backing
  #view: RawView = NOTHING
  #safe: number = -1
  /** As `#safe`; -1 if it may not be written to. */
  #safeToWrite: number = -1
  /** One byte, not 0 once something that is gone was looked at. */
  #flag: RawView = NOTHING
  #reader: HotReader | undefined

  constructor(backing: Backing, identity: MappingIdentity, telemetry: MmapTelemetry) {
    super(backing, identity, telemetry)
    this.#backing = backing
  }

  u8(offset: number): number {
    if (typeof offset !== 'number' || offset >>> 0 !== offset || offset > this.#safe) {
      return this.#read('u8', 'getUint8', offset, 1) as number
    }
    const value = this.#view.getUint8(offset)
    if (this.#flag.getUint8(0) !== 0) settle(this)
    return value
  }

  i8(offset: number): number {
    if (typeof offset !== 'number' || offset >>> 0 !== offset || offset > this.#safe) {
      return this.#read('i8', 'getInt8', offset, 1) as number
    }
    const value = this.#view.getInt8(offset)
    if (this.#flag.getUint8(0) !== 0) settle(this)
    return value
  }

  u16(offset: number, littleEndian: boolean = true): number {
    if (typeof offset !== 'number' || offset >>> 0 !== offset || offset > this.#safe) {
      return this.#read('u16', 'getUint16', offset, 2, littleEndian) as number
    }
    const value = this.#view.getUint16(offset, littleEndian)
    if (this.#flag.getUint8(0) !== 0) settle(this)
    return value
  }

  i16(offset: number, littleEndian: boolean = true): number {
    if (typeof offset !== 'number' || offset >>> 0 !== offset || offset > this.#safe) {
      return this.#read('i16', 'getInt16', offset, 2, littleEndian) as number
    }
    const value = this.#view.getInt16(offset, littleEndian)
    if (this.#flag.getUint8(0) !== 0) settle(this)
    return value
  }

  u32(offset: number, littleEndian: boolean = true): number {
    if (typeof offset !== 'number' || offset >>> 0 !== offset || offset > this.#safe) {
      return this.#read('u32', 'getUint32', offset, 4, littleEndian) as number
    }
    const value = this.#view.getUint32(offset, littleEndian)
    if (this.#flag.getUint8(0) !== 0) settle(this)
    return value
  }

  i32(offset: number, littleEndian: boolean = true): number {
    if (typeof offset !== 'number' || offset >>> 0 !== offset || offset > this.#safe) {
      return this.#read('i32', 'getInt32', offset, 4, littleEndian) as number
    }
    const value = this.#view.getInt32(offset, littleEndian)
    if (this.#flag.getUint8(0) !== 0) settle(this)
    return value
  }

  u64(offset: number, littleEndian: boolean = true): bigint {
    if (typeof offset !== 'number' || offset >>> 0 !== offset || offset > this.#safe) {
      return this.#read('u64', 'getBigUint64', offset, 8, littleEndian) as bigint
    }
    const value = this.#view.getBigUint64(offset, littleEndian)
    if (this.#flag.getUint8(0) !== 0) settle(this)
    return value
  }

  i64(offset: number, littleEndian: boolean = true): bigint {
    if (typeof offset !== 'number' || offset >>> 0 !== offset || offset > this.#safe) {
      return this.#read('i64', 'getBigInt64', offset, 8, littleEndian) as bigint
    }
    const value = this.#view.getBigInt64(offset, littleEndian)
    if (this.#flag.getUint8(0) !== 0) settle(this)
    return value
  }

  f32(offset: number, littleEndian: boolean = true): number {
    if (typeof offset !== 'number' || offset >>> 0 !== offset || offset > this.#safe) {
      return this.#read('f32', 'getFloat32', offset, 4, littleEndian) as number
    }
    const value = this.#view.getFloat32(offset, littleEndian)
    if (this.#flag.getUint8(0) !== 0) settle(this)
    return value
  }

  f64(offset: number, littleEndian: boolean = true): number {
    if (typeof offset !== 'number' || offset >>> 0 !== offset || offset > this.#safe) {
      return this.#read('f64', 'getFloat64', offset, 8, littleEndian) as number
    }
    const value = this.#view.getFloat64(offset, littleEndian)
    if (this.#flag.getUint8(0) !== 0) settle(this)
    return value
  }

  setU8(offset: number, value: number): void {
    if (
      typeof value !== 'number' ||
      typeof offset !== 'number' ||
      offset >>> 0 !== offset ||
      offset > this.#safeToWrite
    ) {
      return this.#write('setU8', 'setUint8', [offset, value], 1)
    }
    this.#view.setUint8(offset, value)
    if (this.#flag.getUint8(0) !== 0) settle(this)
  }

  setI8(offset: number, value: number): void {
    if (
      typeof value !== 'number' ||
      typeof offset !== 'number' ||
      offset >>> 0 !== offset ||
      offset > this.#safeToWrite
    ) {
      return this.#write('setI8', 'setInt8', [offset, value], 1)
    }
    this.#view.setInt8(offset, value)
    if (this.#flag.getUint8(0) !== 0) settle(this)
  }

  setU16(offset: number, value: number, littleEndian: boolean = true): void {
    if (
      typeof value !== 'number' ||
      typeof offset !== 'number' ||
      offset >>> 0 !== offset ||
      offset > this.#safeToWrite
    ) {
      return this.#write('setU16', 'setUint16', [offset, value], 2, littleEndian)
    }
    this.#view.setUint16(offset, value, littleEndian)
    if (this.#flag.getUint8(0) !== 0) settle(this)
  }

  setI16(offset: number, value: number, littleEndian: boolean = true): void {
    if (
      typeof value !== 'number' ||
      typeof offset !== 'number' ||
      offset >>> 0 !== offset ||
      offset > this.#safeToWrite
    ) {
      return this.#write('setI16', 'setInt16', [offset, value], 2, littleEndian)
    }
    this.#view.setInt16(offset, value, littleEndian)
    if (this.#flag.getUint8(0) !== 0) settle(this)
  }

  setU32(offset: number, value: number, littleEndian: boolean = true): void {
    if (
      typeof value !== 'number' ||
      typeof offset !== 'number' ||
      offset >>> 0 !== offset ||
      offset > this.#safeToWrite
    ) {
      return this.#write('setU32', 'setUint32', [offset, value], 4, littleEndian)
    }
    this.#view.setUint32(offset, value, littleEndian)
    if (this.#flag.getUint8(0) !== 0) settle(this)
  }

  setI32(offset: number, value: number, littleEndian: boolean = true): void {
    if (
      typeof value !== 'number' ||
      typeof offset !== 'number' ||
      offset >>> 0 !== offset ||
      offset > this.#safeToWrite
    ) {
      return this.#write('setI32', 'setInt32', [offset, value], 4, littleEndian)
    }
    this.#view.setInt32(offset, value, littleEndian)
    if (this.#flag.getUint8(0) !== 0) settle(this)
  }

  setU64(offset: number, value: bigint, littleEndian: boolean = true): void {
    if (
      typeof value !== 'bigint' ||
      typeof offset !== 'number' ||
      offset >>> 0 !== offset ||
      offset > this.#safeToWrite
    ) {
      return this.#write('setU64', 'setBigUint64', [offset, value], 8, littleEndian)
    }
    this.#view.setBigUint64(offset, value, littleEndian)
    if (this.#flag.getUint8(0) !== 0) settle(this)
  }

  setI64(offset: number, value: bigint, littleEndian: boolean = true): void {
    if (
      typeof value !== 'bigint' ||
      typeof offset !== 'number' ||
      offset >>> 0 !== offset ||
      offset > this.#safeToWrite
    ) {
      return this.#write('setI64', 'setBigInt64', [offset, value], 8, littleEndian)
    }
    this.#view.setBigInt64(offset, value, littleEndian)
    if (this.#flag.getUint8(0) !== 0) settle(this)
  }

  setF32(offset: number, value: number, littleEndian: boolean = true): void {
    if (
      typeof value !== 'number' ||
      typeof offset !== 'number' ||
      offset >>> 0 !== offset ||
      offset > this.#safeToWrite
    ) {
      return this.#write('setF32', 'setFloat32', [offset, value], 4, littleEndian)
    }
    this.#view.setFloat32(offset, value, littleEndian)
    if (this.#flag.getUint8(0) !== 0) settle(this)
  }

  setF64(offset: number, value: number, littleEndian: boolean = true): void {
    if (
      typeof value !== 'number' ||
      typeof offset !== 'number' ||
      offset >>> 0 !== offset ||
      offset > this.#safeToWrite
    ) {
      return this.#write('setF64', 'setFloat64', [offset, value], 8, littleEndian)
    }
    this.#view.setFloat64(offset, value, littleEndian)
    if (this.#flag.getUint8(0) !== 0) settle(this)
  }

  #read(
    what: string,
    method: Getter,
    offset: number,
    width: number,
    littleEndian?: boolean,
  ): number | bigint {
    open(this)
    checkRange(this, what, offset, width)
    this.#heat()
    const { view, at } = this.#backing.reading(offset, width)
    const value = view[method](at, littleEndian)
    settle(this)
    return value
  }

  #write(
    what: string,
    method: Setter,
    [offset, value]: [number, number | bigint],
    width: number,
    littleEndian?: boolean,
  ): void {
    writable(this, what)
    checkRange(this, what, offset, width)
    const type = method.startsWith('setBig') ? 'bigint' : 'number'
    if (typeof value !== type)
      throw new ConfigError(`mapping "${this.name}"`, `${what}'s value`, `a ${type}`, value)
    this.#heat()
    const place = this.#backing.writing(offset, width)
    put(place.view, method, place.at, value, littleEndian)
    try {
      this.#backing.wrote(place, offset, width)
    } finally {
      settle(this)
    }
  }

  #heat(): void {
    this.#backing.heat(
      (this.#reader ??= {
        heat: (view, safe, flag) => {
          this.#view = view
          this.#safe = safe
          this.#safeToWrite = this.access === 'ro' ? -1 : safe
          this.#flag = flag
        },
        cool: () => {
          this.#view = NOTHING
          this.#safe = -1
          this.#safeToWrite = -1
        },
      }),
    )
  }
}
