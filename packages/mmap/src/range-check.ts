import { ConfigError, describeValue } from '@leasehold/core'
import { types } from 'node:util'
import { mmapError, type MmapError, type Subject } from './mmap-error.ts'
import { lengthOf } from './primordials.ts'

/** A mapping as the checks see it. */
export interface Sized extends Subject {
  readonly size: number
}

/** Numbers of whole bytes alone: nothing is called that could close the mapping in between, as a `valueOf` could. */
export function isPlace(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

/** @throws MmapError `ERR_MMAP_RANGE` */
export function checkPlace(of: Sized, what: string, value: unknown): asserts value is number {
  if (!isPlace(value)) {
    const message = `: ${what} must be an integer >= 0, got ${describeValue(value)}`
    throw mmapError('ERR_MMAP_RANGE', of, message, { offset: value })
  }
}

/** @throws MmapError `ERR_MMAP_RANGE` */
export function checkRange(of: Sized, what: string, offset: unknown, length: unknown): void {
  checkPlace(of, `${what}'s offset`, offset)
  if (!isPlace(length)) {
    const message = `: ${what}'s length must be an integer >= 0, got ${describeValue(length)}`
    throw mmapError('ERR_MMAP_RANGE', of, message, { offset, length })
  }
  if (offset > of.size || length > of.size - offset) throw beyond(of, what, offset, length)
}

export function beyond(of: Sized, what: string, offset: number, length: number): MmapError {
  const bytes = length === 1 ? '1 byte' : `${length} bytes`
  const message = `: ${what} at ${offset} needs ${bytes}, and the mapping has ${of.size}`
  return mmapError('ERR_MMAP_RANGE', of, message, { offset, length })
}

/** @throws ConfigError */
export function checkBytes(of: Subject, what: string, bytes: unknown): asserts bytes is Uint8Array {
  if (!types.isUint8Array(bytes)) throw new ConfigError(`mapping "${of.name}"`, what, 'a Uint8Array', bytes)
}

/** Where in `target` to write, and how much. @throws MmapError `ERR_MMAP_RANGE` */
export function checkTarget(of: Sized, target: Uint8Array, start: unknown, length: unknown): void {
  const room = lengthOf(target)
  checkPlace(of, "readInto's start", start)
  if (start > room) {
    const message = `: readInto's start must be an integer from 0 to ${room}, the target's length, got ${start}`
    throw mmapError('ERR_MMAP_RANGE', of, message, { offset: start })
  }
  if (length !== undefined && (!isPlace(length) || length > room - start)) {
    const message = `: readInto's length must be an integer from 0 to ${room - start}, what the target has room for, got ${describeValue(length)}`
    throw mmapError('ERR_MMAP_RANGE', of, message, { length })
  }
}
