import { abandon, LeaseHandle, type LeaseRef, type TrackOptions } from '@leasehold/core'
import type { Backing } from './backing.ts'
import type { Identity } from './mmap-options.ts'
import type { View } from './mapping.ts'
import { memoryOf } from './primordials.ts'

/** What the registry holds of a view: never its bytes, which its owner alone keeps alive, nor a way to other memory. */
class Lent {
  readonly #backing: Backing
  #ref: LeaseRef | undefined
  #isOver: boolean

  constructor(backing: Backing, isOver: boolean) {
    this.#backing = backing
    this.#isOver = isOver
  }

  begin(ref: LeaseRef): void {
    this.#ref = ref
  }

  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#backing.takeBack()
  }

  abandon(): void {
    this.end()
    if (this.#ref !== undefined) abandon(this.#ref)
  }
}

let bind: (view: ViewLease, bytes: Uint8Array) => LeaseRef

/** Views that nobody holds any more, and nobody has released. */
const dropped = new FinalizationRegistry<Lent>(lent => lent.abandon())

/**
 * By the buffer of its bytes, a view and its mapping: neither counts as dropped while somebody has the bytes. A mapping
 * that is dropped is closed, and they would read as zeros.
 */
const inUse = new WeakMap<object, readonly [ViewLease, object]>()

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
  mapping: object,
  backing: Backing,
  { name, registry, leakThresholdMillis, telemetry }: Identity,
  [offset, length]: [number, number],
): View {
  // Nothing is lent for an empty one, and the engine would not know it from a detached one.
  const bytes = length === 0 ? new Uint8Array(0) : backing.lend(offset, length)
  const lent = new Lent(backing, length === 0)
  const options = { kind: 'mmap.view', name, cleanup: end, force: end, leakThresholdMillis, telemetry }
  try {
    const view = registry.track(
      lent as never,
      options as TrackOptions<never>,
      ViewLease as never,
    ) as unknown as ViewLease
    lent.begin(bind(view, bytes))
    inUse.set(memoryOf(bytes), [view, mapping])
    dropped.register(view, lent)
    return view
  } catch (error) {
    lent.end()
    throw error
  }
}

function end(lent: Lent): void {
  lent.end()
}
