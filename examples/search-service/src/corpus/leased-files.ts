import type { FileHandle } from 'node:fs/promises'
import { constants, open } from 'node:fs/promises'
import type { Lease, ResourceRegistry, SpanMode } from '@leasehold/core'
import { mapFile } from '@leasehold/mmap'
import type { Mapping } from '@leasehold/mmap'
import type { SlowestAcquisitions } from '../report/slowest-acquisitions.ts'

/** The kinds of the leases on a file that is open, and on one that is mapped. */
const FILE_KIND = 'file.handle'
const MAPPING_KIND = 'mmap.mapping'

// A named pipe that took the place of a file since the walk would otherwise block its thread for ever.
const READ_ONLY = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** How the program opens files, and the only place where it does. Whoever opens one releases its lease. */
export class LeasedFiles {
  readonly #registry: ResourceRegistry
  readonly #slowest: SlowestAcquisitions
  readonly #fallback: 'auto' | 'always'
  #opened = 0

  /** @param fallback `'always'`: files are read where they would be mapped, as on a platform without mappings */
  constructor(
    registry: ResourceRegistry,
    slowest: SlowestAcquisitions,
    fallback: 'auto' | 'always' = 'auto',
  ) {
    this.#registry = registry
    this.#slowest = slowest
    this.#fallback = fallback
  }

  /** Files opened or mapped since start, counted apart from the registry to check it by. */
  get opened(): number {
    return this.#opened
  }

  /**
   * `name` says what for; it becomes the lease's name. `spans` says which cleanups a trace shows: all of a request's,
   * but of thousands in bulk only those that were slow.
   */
  async open(path: string, name: string, spans: SpanMode = 'all'): Promise<Lease<FileHandle>> {
    const handle = await this.#slowest.time(FILE_KIND, path, () => open(path, READ_ONLY))
    this.#opened++
    const cleanup = (file: FileHandle): Promise<void> => file.close()
    return this.#registry.track(handle, {
      kind: FILE_KIND,
      name,
      cleanup,
      telemetry: { spans },
    })
  }
  /** As {@link open}, mapped into memory: to be read whole, or here and there. Its lease ends with its `close`. */
  async map(path: string, name: string, spans: SpanMode = 'all'): Promise<Mapping> {
    const options = { name, registry: this.#registry, fallback: this.#fallback, telemetry: { spans } }
    const mapping = await this.#slowest.time(MAPPING_KIND, path, () => mapFile(path, options))
    this.#opened++
    return mapping
  }
}
