import { mmapError } from './mmap-error.ts'
import type { MapSettings } from './mmap-options.ts'

/** Of both back ends, in the same words. */
export function rangeError({ name, path, offset, length }: MapSettings): Error {
  const what = length === undefined ? `offset ${offset}` : `${length} bytes from offset ${offset} on`
  return mmapError('ERR_MMAP_RANGE', { name, path }, `: ${what} is more than the file has`, {
    offset,
    length,
  })
}
