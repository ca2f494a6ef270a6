import { abandon, LeaseHandle, type LeaseRef, type TrackOptions } from '@leasehold/core'
import type { Backing } from './backing.ts'
import type { Identity } from './mmap-options.ts'
import type { MmapTelemetry } from './telemetry/mmap-telemetry.ts'
import { SPAN_MMAP_UNMAP } from './telemetry/names.generated.ts'

/** What the registry holds of a mapping. It never leads to the mapping itself, which its owner alone keeps alive. */
export interface HeldMapping {
  readonly backing: Backing
  readonly telemetry: MmapTelemetry
  ref: LeaseRef | undefined
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
const dropped = new FinalizationRegistry<HeldMapping>(held => {
  end(held)
  if (held.ref !== undefined) abandon(held.ref)
})

/** @param mapping whose end, if nobody closes it, is when nobody holds it any more */
export function track(mapping: object, held: HeldMapping, identity: Identity): LeaseHandle<HeldMapping> {
  const { name, registry, leakThresholdMillis, telemetry } = identity
  // An option that is there and undefined would have all of them checked anew each time.
  const options: TrackOptions<HeldMapping> =
    leakThresholdMillis === undefined
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
  const lease = registry.track(held, options, MappingLease)
  held.ref = lease.ref
  dropped.register(mapping, held)
  const { backing } = held
  held.telemetry.opened(backing.backend, backing.size)
  return lease
}

function end({ backing, telemetry }: HeldMapping): void {
  if (backing.isClosed) return
  telemetry.closed(backing.backend, backing.size)
  backing.close()
}
