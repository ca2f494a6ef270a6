/**
 * Memory-mapped files that cannot crash the process: every access is checked, a file that is truncated underneath is an
 * error, and where a file cannot be mapped the same API reads and writes it.
 *
 * ```ts
 * import { mapFile } from '@leasehold/mmap'
 *
 * await using file = await mapFile('package.json')
 * console.log(file.backend, file.size, file.indexOf(Buffer.from('"name"')))
 * ```
 */
export { attachMapping, mapFile, mapFileSync } from './map-file.ts'
export type {
  Access,
  Advice,
  Backend,
  Mapping,
  MappingHandle,
  MappingOf,
  SharedMapping,
  View,
  WritableMapping,
} from './mapping.ts'
export type { AttachOptions, MapOptions } from './mmap-options.ts'
export { MmapError } from './mmap-error.ts'
export type { MmapErrorCode, MmapErrorFields } from './mmap-error.ts'
