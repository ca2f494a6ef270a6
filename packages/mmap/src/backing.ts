import type { RawView } from './primordials.ts'
import type { Advice, Backend } from './mapping.ts'
import type { Fault } from './mmap-error.ts'

/** Where a number is, for as long as nothing else is looked up. */
export interface Place {
  view: RawView
  at: number
}

/** What reads without a call keeps a copy of this, and is told when it is no more. */
export interface HotReader {
  /** There is memory: places up to `safe` can be read in it, whatever the width. `flag`: one byte, not 0 after a fault. */
  heat(view: RawView, safe: number, flag: RawView): void
  cool(): void
}

/**
 * What is behind a mapping. Nothing here checks a range: whoever calls has compared it with `size`, has seen that the
 * mapping is open, and looks for a fault afterwards. Kept from programs, who could ask it anything.
 */
export interface Backing {
  readonly backend: Backend
  readonly size: number
  readonly isClosed: boolean
  /** Views that were given out and not given back. */
  views: number
  /** Why it can be used no more; undefined while it can. Looked for anew each time. */
  fault(): Fault | undefined
  /** Tells the reader of the memory, if there is any. */
  heat(reader: HotReader): void
  /** For a number of `width` (1 to 8) bytes to be read. */
  reading(offset: number, width: number): Place
  /** For one to be written; `wrote` then ends it. */
  writing(offset: number, width: number): Place
  wrote(place: Place, offset: number, width: number): void
  read(offset: number, target: Uint8Array, start: number, length: number): void
  write(offset: number, bytes: Uint8Array): void
  indexOf(bytes: Uint8Array, from: number): number
  flush(offset: number, length: number): Promise<void>
  advise(advice: Advice, offset: number, length: number): void
  prefetch(offset: number, length: number): Promise<void>
  residency(offset: number, length: number): number
  resize(size: number): void
  /** The memory of a view, which counts in `views` from now on. */
  lend(offset: number, length: number): Uint8Array
  takeBack(): void
  token(): string
  /** Ends it, views or not. Idempotent. */
  close(): void
}
