import type { LeaseRecord } from './lease-record.ts'

/** The part of a FinalizationRegistry that is used; tests put their own in its place. */
export interface Finalization {
  register(handle: WeakKey, record: LeaseRecord, token: LeaseRecord): void
  unregister(token: LeaseRecord): unknown
}

/**
 * Sees handles that are garbage-collected without a release. The record is what is held and the token; it
 * never refers to its handle. No callback proves nothing: collection is the engine's choice, so this comes
 * behind the rules that go by time.
 */
export class GcWatch {
  readonly #finalization: Finalization

  constructor(
    onCollected: (record: LeaseRecord) => void,
    create: (callback: (record: LeaseRecord) => void) => Finalization = callback =>
      new FinalizationRegistry<LeaseRecord>(callback),
  ) {
    this.#finalization = create(record => {
      if (record.isLive) onCollected(record)
    })
  }

  watch(handle: object, record: LeaseRecord): void {
    ;(record.extras ??= {}).gcWatched = true
    this.#finalization.register(handle, record, record)
  }

  unwatch(record: LeaseRecord): void {
    if (record.extras?.gcWatched === true) this.#finalization.unregister(record)
  }
}
