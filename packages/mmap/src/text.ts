import { isAscii } from 'node:buffer'

/** In bytes. From here on a text may be more than there is memory for. */
const LARGE = 1024 * 1024
const UTF_8 = /^utf-?8$/i

/**
 * The text of the first `length` bytes, which nobody else may be changing. undefined where it would be longer than a string
 * can be, as the encoding makes more of the bytes, or there is no memory for it.
 */
export function textOf(bytes: Buffer, encoding: BufferEncoding, length: number): string | undefined {
  try {
    // The same text, kept outside of the engine's heap: where the system has no memory for that, the process ends.
    const isPlain = length >= LARGE && UTF_8.test(encoding) && isAscii(bytes.subarray(0, length))
    return bytes.toString(isPlain ? 'latin1' : encoding, 0, length)
  } catch {
    return undefined
  }
}
