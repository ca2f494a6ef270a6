import { abandon, LeaseHandle, type LeaseRef, type TrackOptions } from '@leasehold/core'
import type { Backing } from './backing.ts'
import type { Identity } from './mmap-options.ts'
import type { MmapTelemetry } from './telemetry/mmap-telemetry.ts'
import { SPAN_MMAP_UNMAP } from './telemetry/names.generated.ts'

/**
 * What the registry holds of a mapping. It never leads to the mapping itself, which its owner alone keeps alive; nor, for
 * those who are told of the lease or bring a registry of their own, to the memory behind it.
 */
class HeldMapping {
  readonly #backing: Backing
  readonly #telemetry: MmapTelemetry
  #ref: LeaseRef | undefined

  constructor(backing: Backing, telemetry: MmapTelemetry) {
    this.#backing = backing
    this.#telemetry = telemetry
  }

  begin(ref: LeaseRef): void {
    // Whoever was told of its lease may have drained the registry by now.
    if (this.#backing.isClosed) return
    this.#ref = ref
    this.#telemetry.opened(this.#backing.backend, this.#backing.size)
  }

  end(): void {
    const backing = this.#backing
    if (backing.isClosed) return
    // Of one whose lease could not be made, nobody was told either.
    if (this.#ref !== undefined) this.#telemetry.closed(backing.backend, backing.size)
    backing.close()
  }

  abandon(): void {
    this.end()
    if (this.#ref !== undefined) abandon(this.#ref)
  }
}

/** A mapping's lease, which tells its reference. */
class MappingLease extends LeaseHandle<HeldMapping> {
  readonly ref: LeaseRef

  constructor(ref: LeaseRef) {
    super(ref)
    this.ref = ref
  }
}

/** Mappings that nobody holds any more, and nobody has closed: unmapped, and told of. */
const dropped = new FinalizationRegistry<HeldMapping>(held => held.abandon())

/**
 * Where it throws, what is behind the mapping has been closed.
 *
 * @param mapping whose end, if nobody closes it, is when nobody holds it any more
 */
export function track(
  mapping: object,
  backing: Backing,
  telemetry: MmapTelemetry,
  identity: Identity,
): LeaseHandle<unknown> {
  const held = new HeldMapping(backing, telemetry)
  try {
    const lease = identity.registry.track(held, optionsOf(identity), MappingLease)
    held.begin(lease.ref)
    dropped.register(mapping, held)
    return lease
  } catch (error) {
    held.end()
    throw error
  }
}

function optionsOf({ name, leakThresholdMillis, telemetry }: Identity): TrackOptions<HeldMapping> {
  // An option that is there and undefined would have all of them checked anew each time.
  return leakThresholdMillis === undefined
    ? { kind: 'mmap.mapping', name, cleanup: end, force: end, span: SPAN_MMAP_UNMAP, telemetry }
    : {
        kind: 'mmap.mapping',
        name,
        cleanup: end,
        force: end,
        span: SPAN_MMAP_UNMAP,
        telemetry,
        leakThresholdMillis,
      }
}

function end(held: HeldMapping): void {
  held.end()
}
