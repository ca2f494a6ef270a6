import { abandon, LeaseHandle, type LeaseRef, type TrackOptions } from '@leasehold/core'
import type { Backing } from './backing.ts'
import type { Identity } from './mmap-options.ts'
import type { View } from './mapping.ts'

/** What the registry holds of a view: never its bytes, which its owner alone keeps alive. */
interface Lent {
  readonly backing: Backing
  ref: LeaseRef | undefined
  isOver: boolean
}

let bind: (view: ViewLease, bytes: Uint8Array) => LeaseRef

/** Views that nobody holds any more, and nobody has released. */
const dropped = new FinalizationRegistry<Lent>(lent => {
  end(lent)
  if (lent.ref !== undefined) abandon(lent.ref)
})

class ViewLease extends LeaseHandle<Uint8Array> implements View {
  readonly #ref: LeaseRef
  #bytes: Uint8Array | undefined

  constructor(ref: LeaseRef) {
    super(ref)
    this.#ref = ref
  }

  override get value(): Uint8Array {
    // Throws once it is released.
    void super.value
    return this.#bytes!
  }

  [Symbol.dispose](): void {
    void this.release()
  }

  static {
    bind = (view, bytes) => {
      view.#bytes = bytes
      return view.#ref
    }
  }
}

export function lendView(
  backing: Backing,
  { name, registry, leakThresholdMillis, telemetry }: Identity,
  [offset, length]: [number, number],
): View {
  // Nothing is lent for an empty one, and the engine would not know it from a detached one.
  const bytes = length === 0 ? new Uint8Array(0) : backing.lend(offset, length)
  const lent: Lent = { backing, ref: undefined, isOver: length === 0 }
  const options = { kind: 'mmap.view', name, cleanup: end, force: end, leakThresholdMillis, telemetry }
  const view = registry.track(
    lent as never,
    options as TrackOptions<never>,
    ViewLease as never,
  ) as unknown as ViewLease
  lent.ref = bind(view, bytes)
  dropped.register(view, lent)
  return view
}

function end(lent: Lent): void {
  if (lent.isOver) return
  lent.isOver = true
  lent.backing.takeBack()
}
