import type { Lease } from '@leasehold/core'

/**
 * The lease of something that is not ours to end. Its cleanup is whatever the owner does at the end; where the registry
 * ends it first, in a drain, nothing is done: the cleanup is over when the owner has ended it, or else times out.
 */
export class ObservedLease {
  readonly #lease: Lease<unknown>
  #atEnd: (() => unknown) | undefined
  /** What the owner's end gave, once it has been called. */
  #end: { readonly given: unknown } | undefined
  /** Tells the registry, which has ended it before. */
  #tell: ((given: unknown) => void) | undefined

  /** @param track takes the cleanup, and gives the lease */
  constructor(track: (cleanup: () => unknown) => Lease<unknown>) {
    this.#lease = track(() => this.#cleanUp())
  }

  /**
   * The owner ends it now.
   *
   * @param atEnd called once, before this returns; what it gives is waited for. It must not throw
   * @returns settles with the cleanup: `CleanupError`
   */
  end(atEnd: () => unknown): Promise<void> {
    this.#atEnd = atEnd
    const over = this.#lease.release()
    // Not yet where the registry has ended it before, or has no room for it on the stack.
    const { given } = (this.#end ??= { given: atEnd() })
    this.#tell?.(given)
    return over
  }

  #cleanUp(): unknown {
    if (this.#atEnd !== undefined) return (this.#end ??= { given: this.#atEnd() }).given
    return new Promise(resolve => {
      this.#tell = resolve
    })
  }
}
