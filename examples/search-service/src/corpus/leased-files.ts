import type { FileHandle } from 'node:fs/promises'
import { constants, open } from 'node:fs/promises'
import type { Lease, ResourceRegistry, SpanMode } from '@leasehold/core'
import type { SlowestAcquisitions } from '../report/slowest-acquisitions.ts'

/** The kind of every lease on an open file. */
const FILE_KIND = 'file.handle'

// A named pipe that took the place of a file since the walk would otherwise block its thread for ever.
const READ_ONLY = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** How the program opens files, and the only place where it does. Whoever opens one releases its lease. */
export class LeasedFiles {
  readonly #registry: ResourceRegistry
  readonly #slowest: SlowestAcquisitions
  #opened = 0

  constructor(registry: ResourceRegistry, slowest: SlowestAcquisitions) {
    this.#registry = registry
    this.#slowest = slowest
  }

  /** Files opened since start, counted apart from the registry to check it by. */
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
}
