import { ResourceRegistry, type Lease, type RegistryOptions, type TrackOptions } from '@leasehold/core'
import { startLeakDetector, type Alert, type LeakDetector, type LeakDetectorOptions } from '../src/index.ts'
import { SimClock } from './sim-clock.ts'

/** A registry that is watched, on a clock of its own. */
export class Site implements Disposable {
  readonly clock: SimClock = new SimClock()
  readonly registry: ResourceRegistry
  readonly alerts: Alert[] = []
  readonly detector: LeakDetector

  constructor(options: LeakDetectorOptions = {}, registry: RegistryOptions = {}) {
    this.registry = new ResourceRegistry({ clock: this.clock, ...registry })
    this.detector = startLeakDetector({
      registry: this.registry,
      onAlert: alert => this.alerts.push(alert),
      ...options,
    })
  }

  take(more: Partial<TrackOptions<number>> = {}): Lease<number> {
    return this.registry.track(1, { kind: 'k', name: 'n', cleanup: () => {}, ...more })
  }

  /** A lease that is taken and given back, or fails to be. */
  cleanup(succeeds: boolean, more: Partial<TrackOptions<number>> = {}): void {
    void this.take(succeeds ? more : { ...more, cleanup: fail }).release()
  }

  /** Seconds go by. */
  wait(seconds: number): void {
    this.clock.advance(seconds * 1_000)
  }

  texts(): string[] {
    return this.alerts.map(({ state, text }) => `${state} ${text.split('\n', 1)[0]}`)
  }

  [Symbol.dispose](): void {
    this.detector.stop()
  }
}

function fail(): void {
  throw new TypeError('broken')
}
