import type { FileHandle } from 'node:fs/promises'
import { MAX_FILE_BYTES } from './file-selection.ts'

const BINARY_PROBE_BYTES = 8192

/** A file's text; undefined where it turns out to be binary, no regular file, or to have outgrown the limit. */
export async function readText(file: FileHandle): Promise<string | undefined> {
  const stats = await file.stat()
  const { size } = stats
  if (!stats.isFile() || size > MAX_FILE_BYTES) return undefined
  // One byte more than the size, so that the read that finds the end also shows whether the file has grown.
  const buffer = Buffer.allocUnsafe(size + 1)
  let length = 0
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  const bytes = buffer.subarray(0, Math.min(length, size))
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
