import type { DefaultThreshold } from './default-threshold.ts'
import type { LeaseAccounts } from './lease-accounts.ts'
import {
  OpenWatch,
  type LeaseWatch,
  type LeaseWatcher,
  type WatchOptions,
  type WatchSource,
} from './lease-watch.ts'
import type { SamplingOptions } from './registry-options.ts'
import type { StackSamples } from './stack-samples.ts'

/** What the seat needs of its registry. */
export interface WatchedParts extends Omit<WatchSource, 'configure' | 'end' | 'sampleStacks'> {
  readonly accounts: LeaseAccounts
  readonly stacks: StackSamples
  readonly threshold: DefaultThreshold
  /** The samples that are asked for have changed. */
  configured(): void
}

/** The one place that a registry has for who watches its leases. */
export class WatchSeat {
  /** What the watch asks for; undefined without one. */
  sampling: SamplingOptions | undefined
  readonly #parts: WatchedParts

  constructor(parts: WatchedParts) {
    this.#parts = parts
  }

  /** @returns undefined if it is taken */
  take(watcher: LeaseWatcher, options: WatchOptions): LeaseWatch | undefined {
    const { accounts, stacks } = this.#parts
    if (accounts.watcher !== undefined) return undefined
    accounts.watcher = watcher
    this.#configure(options)
    return new OpenWatch(
      {
        ...this.#parts,
        sampleStacks: (group, count) => stacks.boost(group, count),
        configure: changed => this.#configure(changed),
        end: () => {
          accounts.watcher = undefined
          stacks.unboost()
          this.#configure(undefined)
        },
      },
      watcher,
    )
  }

  #configure(options: WatchOptions | undefined): void {
    const { threshold, configured } = this.#parts
    const { sampling, leakThresholdMillis } = options ?? {}
    this.sampling = sampling
    threshold.watchedMillis = leakThresholdMillis === false ? Infinity : leakThresholdMillis
    configured()
  }
}
