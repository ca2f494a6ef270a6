import { channel, type Channel } from 'node:diagnostics_channel'
import type { EventListeners, LeaseRef, LeaseWatch } from '@leasehold/core'
import type {
  DetectorEvents,
  DetectorEventType,
  LeakEvent,
  LeakReason,
  UnleakedEvent,
} from './leak-events.ts'
import { leakSeries } from './telemetry/leak-series.ts'

/** How many leaks of one second are told one by one; the metrics and the alerts count them all. */
const MAX_WAITING = 1_000

const LEAK: Channel = channel('leasehold.leak')
const UNLEAKED: Channel = channel('leasehold.unleaked')

/**
 * Tells of single leases. They are found amid the registry's accounting, where no code of the program's may run: so they
 * wait for the detector's next look. Without anybody to tell, nothing waits.
 */
export class LeakNews {
  readonly #watch: LeaseWatch
  readonly #listeners: EventListeners<DetectorEventType, DetectorEvents>
  #waiting: (LeakEvent | UnleakedEvent)[] = []

  constructor(watch: LeaseWatch, listeners: EventListeners<DetectorEventType, DetectorEvents>) {
    this.#watch = watch
    this.#listeners = listeners
  }

  leak(reason: LeakReason, lease: LeaseRef): void {
    leakSeries(lease.kind, lease.name).leaks[reason]++
    if (reason === 'abandoned') this.#takeBackUnleaked(lease)
    if (this.#isHeard('leak', LEAK))
      this.#waiting.push({ type: 'leak', reason, lease: this.#watch.info(lease) })
  }

  unleaked(lease: LeaseRef): void {
    if (this.#isHeard('unleaked', UNLEAKED)) {
      this.#waiting.push({ type: 'unleaked', lease: this.#watch.info(lease) })
    }
  }

  grown(kind: string, name: string, by: number): void {
    leakSeries(kind, name).leaks.growth += by
  }

  /** @param isOver whether a listener has ended it meanwhile */
  tell(isOver: () => boolean): void {
    const waiting = this.#waiting
    if (waiting.length === 0) return
    this.#waiting = []
    for (const event of waiting) {
      if (isOver()) return
      if (event.type === 'leak') {
        this.#listeners.emit('leak', event)
        LEAK.publish(event)
      } else {
        this.#listeners.emit('unleaked', event)
        UNLEAKED.publish(event)
      }
    }
  }

  /** The registry has just told that it is overdue no more: not as it was given back. */
  #takeBackUnleaked({ id }: LeaseRef): void {
    const last = this.#waiting.at(-1)
    if (last?.type === 'unleaked' && last.lease.id === id) this.#waiting.pop()
  }

  #isHeard(type: 'leak' | 'unleaked', channel: Channel): boolean {
    if (this.#waiting.length >= MAX_WAITING) return false
    return this.#listeners.lists[type].length > 0 || channel.hasSubscribers
  }
}
