import type { Mapping } from '@leasehold/mmap'
import { MAX_FILE_BYTES } from './file-selection.ts'

const BINARY_PROBE_BYTES = 8192

/** A file's text; undefined where it turns out to be binary, or to have outgrown the limit. */
export function readText(file: Mapping): string | undefined {
  if (file.size > MAX_FILE_BYTES) return undefined
  const copy = file.slice(0, file.size)
  const bytes = Buffer.from(copy.buffer)
  return isBinary(bytes) ? undefined : decode(bytes)
}

function isBinary(bytes: Buffer): boolean {
  return !isUtf16(bytes) && bytes.subarray(0, BINARY_PROBE_BYTES).includes(0)
}

function decode(bytes: Buffer): string {
  return isUtf16(bytes)
    ? bytes.subarray(2).toString('utf16le')
    : bytes.toString('utf8').replace(/^\uFEFF/, '')
}

function isUtf16(bytes: Buffer): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xfe
}
