import type { Lease } from '@leasehold/core'

/** What may be done with a mapping. */
export type Access =
  /** Reading. */
  | 'ro'
  /** Reading and writing; all who have the file see it. */
  | 'rw'
  /** Reading and writing a copy of one's own, of which the file is never changed. */
  | 'cow'

/** How the file is reached: its pages are mapped, or it is read and written. */
export type Backend = 'mmap' | 'file'

/** What the program is about to do with a range. The system may heed it. */
export type Advice = 'normal' | 'random' | 'sequential' | 'willneed'

/**
 * Names an open mapping to another thread: `postMessage` it, and `attachMapping` it there. It carries no authority: access
 * and size are those of the mapping that it names.
 */
export interface MappingHandle<A extends Access = Access> {
  readonly leasehold: 'mmap'
  readonly token: string
  readonly name: string
  readonly access: A
}

/** A window on the mapping's memory. `using` releases it at the end of its block. */
export interface View extends Lease<Uint8Array>, Disposable {}

/**
 * A mapped file. `await using` closes it at the end of its block.
 *
 * Every place is a safe integer from 0 on, counted from where the mapping begins. Whatever is asked for, one of these
 * errors comes before memory is touched that is not the mapping's: `ERR_MMAP_RANGE` for a place or a length that is none or
 * lies beyond the mapping, `ERR_MMAP_CLOSED` after the close, `ERR_MMAP_TRUNCATED` where the file has become shorter.
 * Numbers are little-endian unless the last argument is false.
 */
export interface Mapping extends AsyncDisposable {
  readonly access: Access
  readonly backend: Backend
  readonly name: string
  /** As it was given; undefined of an attached mapping. */
  readonly path: string | undefined
  /** In bytes. What others append to the file is not in it; map the file anew to see that. */
  readonly size: number
  readonly isClosed: boolean

  u8(offset: number): number
  i8(offset: number): number
  u16(offset: number, littleEndian?: boolean): number
  i16(offset: number, littleEndian?: boolean): number
  u32(offset: number, littleEndian?: boolean): number
  i32(offset: number, littleEndian?: boolean): number
  u64(offset: number, littleEndian?: boolean): bigint
  i64(offset: number, littleEndian?: boolean): bigint
  f32(offset: number, littleEndian?: boolean): number
  f64(offset: number, littleEndian?: boolean): number

  /**
   * Copies bytes to `target[start]` and on, at most `length` of them (default: as many as `target` has room for).
   * @returns how many: fewer at the end of the mapping, 0 behind it
   */
  readInto(offset: number, target: Uint8Array, start?: number, length?: number): number
  /** A copy of `length` bytes. @throws MmapError `ERR_MMAP_TOO_LARGE` for more than an array can have */
  slice(offset: number, length: number): Uint8Array<ArrayBuffer>
  /**
   * The text of `length` bytes. Decoded from a private copy, as others may be writing.
   * @param encoding default `'utf8'`
   * @throws MmapError `ERR_MMAP_TOO_LARGE` for more than a string can have
   */
  string(offset: number, length: number, encoding?: BufferEncoding): string
  /** Where `bytes` first are, from `from` (0) on; -1 if nowhere. */
  indexOf(bytes: Uint8Array, from?: number): number

  /**
   * Writes what was changed back to the device, and waits for it. Without arguments the whole mapping; nothing is to be
   * done but with access `'rw'`. @throws MmapError (rejects) `ERR_MMAP_TRUNCATED` if the file no longer has the range
   */
  flush(offset?: number, length?: number): Promise<void>
  /** Tells the system what is about to be done with a range; does nothing on the file back end. */
  advise(advice: Advice, offset?: number, length?: number): void
  /** Reads a range into memory on another thread, so that this one need not wait for the device later. */
  prefetch(offset?: number, length?: number): Promise<void>
  /**
   * The share of a range's pages that is in memory, from 0 to 1; always 0 on the file back end.
   * @throws MmapError `ERR_MMAP_UNSUPPORTED` on Windows
   */
  residency(offset?: number, length?: number): number

  /**
   * The bytes themselves, without a copy: for those who accept that they may change at any time, and read as zeros once
   * the file is truncated or the mapping closed. With access `'ro'` what is written to them stays in this process.
   * @throws MmapError `ERR_MMAP_UNSUPPORTED` on the file back end
   */
  lease(offset: number, length: number): View
  /** @throws MmapError `ERR_MMAP_UNSUPPORTED` on the file back end */
  handle(): MappingHandle
  /**
   * Ends it: idempotent, always the same promise. @throws MmapError (rejects) `ERR_MMAP_BUSY` while views are held; nothing
   * is changed then
   */
  close(): Promise<void>
}

/** One that can be written to. A number that does not fit is cut as a `DataView` cuts it. */
export interface WritableMapping extends Mapping {
  readonly access: 'rw' | 'cow'
  setU8(offset: number, value: number): void
  setI8(offset: number, value: number): void
  setU16(offset: number, value: number, littleEndian?: boolean): void
  setI16(offset: number, value: number, littleEndian?: boolean): void
  setU32(offset: number, value: number, littleEndian?: boolean): void
  setI32(offset: number, value: number, littleEndian?: boolean): void
  setU64(offset: number, value: bigint, littleEndian?: boolean): void
  setI64(offset: number, value: bigint, littleEndian?: boolean): void
  setF32(offset: number, value: number, littleEndian?: boolean): void
  setF64(offset: number, value: number, littleEndian?: boolean): void
  /** Writes all bytes, or none: @throws MmapError `ERR_MMAP_RANGE` if they do not all fit */
  write(offset: number, bytes: Uint8Array): void
}

/** One whose file can be given another size. */
export interface SharedMapping extends WritableMapping {
  readonly access: 'rw'
  /**
   * Gives the mapping another size, and the file with it. @throws MmapError (rejects) `ERR_MMAP_BUSY` while views are held
   * or another thread shares it
   */
  resize(size: number): Promise<void>
  handle(): MappingHandle<'rw'>
}

/** What a mapping of such access is: writing to one that is `'ro'` does not type-check. */
export type MappingOf<A extends Access> = A extends 'rw'
  ? SharedMapping
  : A extends 'cow'
    ? WritableMapping & { readonly access: 'cow'; handle(): MappingHandle<'cow'> }
    : Mapping & { readonly access: 'ro'; handle(): MappingHandle<'ro'> }
