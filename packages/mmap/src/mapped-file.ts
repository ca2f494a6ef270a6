import { ConfigError } from '@leasehold/core'
import type { Backing, HotReader, Place } from './backing.ts'
import { MappingBlocks, type MappingIdentity } from './mapping-blocks.ts'
import { RawView } from './primordials.ts'
import { checkRange } from './range-check.ts'
import type { MmapTelemetry } from './telemetry/mmap-telemetry.ts'

const { open, settle, writable } = MappingBlocks.internals
const NOTHING: RawView = new RawView(new ArrayBuffer(1), 0, 1)

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
  readonly #flags: RawView
  #view: RawView = NOTHING
  #safe: number = -1
  /** As `#safe`; -1 if it may not be written to. */
  #safeToWrite: number = -1
  #slot: number = 0
  #reader: HotReader | undefined

  constructor(backing: Backing, identity: MappingIdentity, telemetry: MmapTelemetry) {
    super(backing, identity, telemetry)
    this.#backing = backing
    this.#flags = backing.flags ?? NOTHING
  }

  u8(offset: number): number {
    if (typeof offset !== 'number' || offset >>> 0 !== offset || offset > this.#safe) {
      const { view, at } = this.#reading('u8', offset, 1)
      const value = view.getUint8(at)
      settle(this)
      return value
    }
    const value = this.#view.getUint8(offset)
    if (this.#flags.getUint8(this.#slot) !== 0) settle(this)
    return value
  }

  i8(offset: number): number {
    if (typeof offset !== 'number' || offset >>> 0 !== offset || offset > this.#safe) {
      const { view, at } = this.#reading('i8', offset, 1)
      const value = view.getInt8(at)
      settle(this)
      return value
    }
    const value = this.#view.getInt8(offset)
    if (this.#flags.getUint8(this.#slot) !== 0) settle(this)
    return value
  }

  u16(offset: number, littleEndian: boolean = true): number {
    if (typeof offset !== 'number' || offset >>> 0 !== offset || offset > this.#safe) {
      const { view, at } = this.#reading('u16', offset, 2)
      const value = view.getUint16(at, littleEndian)
      settle(this)
      return value
    }
    const value = this.#view.getUint16(offset, littleEndian)
    if (this.#flags.getUint8(this.#slot) !== 0) settle(this)
    return value
  }

  i16(offset: number, littleEndian: boolean = true): number {
    if (typeof offset !== 'number' || offset >>> 0 !== offset || offset > this.#safe) {
      const { view, at } = this.#reading('i16', offset, 2)
      const value = view.getInt16(at, littleEndian)
      settle(this)
      return value
    }
    const value = this.#view.getInt16(offset, littleEndian)
    if (this.#flags.getUint8(this.#slot) !== 0) settle(this)
    return value
  }

  u32(offset: number, littleEndian: boolean = true): number {
    if (typeof offset !== 'number' || offset >>> 0 !== offset || offset > this.#safe) {
      const { view, at } = this.#reading('u32', offset, 4)
      const value = view.getUint32(at, littleEndian)
      settle(this)
      return value
    }
    const value = this.#view.getUint32(offset, littleEndian)
    if (this.#flags.getUint8(this.#slot) !== 0) settle(this)
    return value
  }

  i32(offset: number, littleEndian: boolean = true): number {
    if (typeof offset !== 'number' || offset >>> 0 !== offset || offset > this.#safe) {
      const { view, at } = this.#reading('i32', offset, 4)
      const value = view.getInt32(at, littleEndian)
      settle(this)
      return value
    }
    const value = this.#view.getInt32(offset, littleEndian)
    if (this.#flags.getUint8(this.#slot) !== 0) settle(this)
    return value
  }

  u64(offset: number, littleEndian: boolean = true): bigint {
    if (typeof offset !== 'number' || offset >>> 0 !== offset || offset > this.#safe) {
      const { view, at } = this.#reading('u64', offset, 8)
      const value = view.getBigUint64(at, littleEndian)
      settle(this)
      return value
    }
    const value = this.#view.getBigUint64(offset, littleEndian)
    if (this.#flags.getUint8(this.#slot) !== 0) settle(this)
    return value
  }

  i64(offset: number, littleEndian: boolean = true): bigint {
    if (typeof offset !== 'number' || offset >>> 0 !== offset || offset > this.#safe) {
      const { view, at } = this.#reading('i64', offset, 8)
      const value = view.getBigInt64(at, littleEndian)
      settle(this)
      return value
    }
    const value = this.#view.getBigInt64(offset, littleEndian)
    if (this.#flags.getUint8(this.#slot) !== 0) settle(this)
    return value
  }

  f32(offset: number, littleEndian: boolean = true): number {
    if (typeof offset !== 'number' || offset >>> 0 !== offset || offset > this.#safe) {
      const { view, at } = this.#reading('f32', offset, 4)
      const value = view.getFloat32(at, littleEndian)
      settle(this)
      return value
    }
    const value = this.#view.getFloat32(offset, littleEndian)
    if (this.#flags.getUint8(this.#slot) !== 0) settle(this)
    return value
  }

  f64(offset: number, littleEndian: boolean = true): number {
    if (typeof offset !== 'number' || offset >>> 0 !== offset || offset > this.#safe) {
      const { view, at } = this.#reading('f64', offset, 8)
      const value = view.getFloat64(at, littleEndian)
      settle(this)
      return value
    }
    const value = this.#view.getFloat64(offset, littleEndian)
    if (this.#flags.getUint8(this.#slot) !== 0) settle(this)
    return value
  }

  setU8(offset: number, value: number): void {
    if (
      typeof value !== 'number' ||
      typeof offset !== 'number' ||
      offset >>> 0 !== offset ||
      offset > this.#safeToWrite
    ) {
      const place = this.#writing('setU8', offset, 1, value, 'number')
      place.view.setUint8(place.at, value)
      return this.#wrote(place, offset, 1)
    }
    this.#view.setUint8(offset, value)
    if (this.#flags.getUint8(this.#slot) !== 0) settle(this)
  }

  setI8(offset: number, value: number): void {
    if (
      typeof value !== 'number' ||
      typeof offset !== 'number' ||
      offset >>> 0 !== offset ||
      offset > this.#safeToWrite
    ) {
      const place = this.#writing('setI8', offset, 1, value, 'number')
      place.view.setInt8(place.at, value)
      return this.#wrote(place, offset, 1)
    }
    this.#view.setInt8(offset, value)
    if (this.#flags.getUint8(this.#slot) !== 0) settle(this)
  }

  setU16(offset: number, value: number, littleEndian: boolean = true): void {
    if (
      typeof value !== 'number' ||
      typeof offset !== 'number' ||
      offset >>> 0 !== offset ||
      offset > this.#safeToWrite
    ) {
      const place = this.#writing('setU16', offset, 2, value, 'number')
      place.view.setUint16(place.at, value, littleEndian)
      return this.#wrote(place, offset, 2)
    }
    this.#view.setUint16(offset, value, littleEndian)
    if (this.#flags.getUint8(this.#slot) !== 0) settle(this)
  }

  setI16(offset: number, value: number, littleEndian: boolean = true): void {
    if (
      typeof value !== 'number' ||
      typeof offset !== 'number' ||
      offset >>> 0 !== offset ||
      offset > this.#safeToWrite
    ) {
      const place = this.#writing('setI16', offset, 2, value, 'number')
      place.view.setInt16(place.at, value, littleEndian)
      return this.#wrote(place, offset, 2)
    }
    this.#view.setInt16(offset, value, littleEndian)
    if (this.#flags.getUint8(this.#slot) !== 0) settle(this)
  }

  setU32(offset: number, value: number, littleEndian: boolean = true): void {
    if (
      typeof value !== 'number' ||
      typeof offset !== 'number' ||
      offset >>> 0 !== offset ||
      offset > this.#safeToWrite
    ) {
      const place = this.#writing('setU32', offset, 4, value, 'number')
      place.view.setUint32(place.at, value, littleEndian)
      return this.#wrote(place, offset, 4)
    }
    this.#view.setUint32(offset, value, littleEndian)
    if (this.#flags.getUint8(this.#slot) !== 0) settle(this)
  }

  setI32(offset: number, value: number, littleEndian: boolean = true): void {
    if (
      typeof value !== 'number' ||
      typeof offset !== 'number' ||
      offset >>> 0 !== offset ||
      offset > this.#safeToWrite
    ) {
      const place = this.#writing('setI32', offset, 4, value, 'number')
      place.view.setInt32(place.at, value, littleEndian)
      return this.#wrote(place, offset, 4)
    }
    this.#view.setInt32(offset, value, littleEndian)
    if (this.#flags.getUint8(this.#slot) !== 0) settle(this)
  }

  setU64(offset: number, value: bigint, littleEndian: boolean = true): void {
    if (
      typeof value !== 'bigint' ||
      typeof offset !== 'number' ||
      offset >>> 0 !== offset ||
      offset > this.#safeToWrite
    ) {
      const place = this.#writing('setU64', offset, 8, value, 'bigint')
      place.view.setBigUint64(place.at, value, littleEndian)
      return this.#wrote(place, offset, 8)
    }
    this.#view.setBigUint64(offset, value, littleEndian)
    if (this.#flags.getUint8(this.#slot) !== 0) settle(this)
  }

  setI64(offset: number, value: bigint, littleEndian: boolean = true): void {
    if (
      typeof value !== 'bigint' ||
      typeof offset !== 'number' ||
      offset >>> 0 !== offset ||
      offset > this.#safeToWrite
    ) {
      const place = this.#writing('setI64', offset, 8, value, 'bigint')
      place.view.setBigInt64(place.at, value, littleEndian)
      return this.#wrote(place, offset, 8)
    }
    this.#view.setBigInt64(offset, value, littleEndian)
    if (this.#flags.getUint8(this.#slot) !== 0) settle(this)
  }

  setF32(offset: number, value: number, littleEndian: boolean = true): void {
    if (
      typeof value !== 'number' ||
      typeof offset !== 'number' ||
      offset >>> 0 !== offset ||
      offset > this.#safeToWrite
    ) {
      const place = this.#writing('setF32', offset, 4, value, 'number')
      place.view.setFloat32(place.at, value, littleEndian)
      return this.#wrote(place, offset, 4)
    }
    this.#view.setFloat32(offset, value, littleEndian)
    if (this.#flags.getUint8(this.#slot) !== 0) settle(this)
  }

  setF64(offset: number, value: number, littleEndian: boolean = true): void {
    if (
      typeof value !== 'number' ||
      typeof offset !== 'number' ||
      offset >>> 0 !== offset ||
      offset > this.#safeToWrite
    ) {
      const place = this.#writing('setF64', offset, 8, value, 'number')
      place.view.setFloat64(place.at, value, littleEndian)
      return this.#wrote(place, offset, 8)
    }
    this.#view.setFloat64(offset, value, littleEndian)
    if (this.#flags.getUint8(this.#slot) !== 0) settle(this)
  }

  #reading(what: string, offset: number, width: number): Place {
    open(this)
    checkRange(this, what, offset, width)
    this.#heat()
    return this.#backing.reading(offset, width)
  }

  #writing(what: string, offset: number, width: number, value: unknown, type: 'number' | 'bigint'): Place {
    writable(this, what)
    checkRange(this, what, offset, width)
    if (typeof value !== type) {
      throw new ConfigError(
        `mapping "${this.name}"`,
        `${what}'s value`,
        type === 'number' ? 'a number' : 'a bigint',
        value,
      )
    }
    this.#heat()
    return this.#backing.writing(offset, width)
  }

  #wrote(place: Place, offset: number, width: number): void {
    try {
      this.#backing.wrote(place, offset, width)
    } finally {
      settle(this)
    }
  }

  #heat(): void {
    this.#backing.heat(
      (this.#reader ??= {
        heat: (view, safe, slot) => {
          this.#view = view
          this.#safe = safe
          this.#safeToWrite = this.access === 'ro' ? -1 : safe
          this.#slot = slot
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
