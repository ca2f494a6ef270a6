import type { SpanMode, TrackOptions } from '@leasehold/core'
import type { CallPlan, Settled } from './bounded-call.ts'
import type { FactoryCalls } from './factory.ts'
import type { DestroyReason } from './pool-events.ts'
import type { PoolFrame } from './pool-frame.ts'
import type { Resource } from './resource.ts'
import { SPAN_POOL_RELEASE } from './telemetry/names.generated.ts'

/** Longer than all that a loan's cleanup waits for, each with a time-out of its own. */
const MARGIN_MILLIS = 1_000

/** What happens to a resource when its loan ends: the cleanup of the lease `pool.loan`. */
export class Returns<T> {
  readonly #frame: PoolFrame<T>
  readonly #terms: Omit<TrackOptions<T>, 'cleanup'>

  constructor(frame: PoolFrame<T>) {
    this.#frame = frame
    const { name, leakThresholdMillis, telemetry, resetTimeoutMillis, validateTimeoutMillis } = frame.settings
    this.#terms = {
      kind: 'pool.loan',
      name,
      timeoutMillis: Math.min(resetTimeoutMillis + validateTimeoutMillis + MARGIN_MILLIS, 2 ** 31 - 1),
      span: SPAN_POOL_RELEASE,
      ...(leakThresholdMillis === undefined ? {} : { leakThresholdMillis }),
      telemetry: this.#isPlain
        ? Object.freeze({ ...telemetry, spans: loanSpans(telemetry.spans) })
        : telemetry,
    }
  }

  /** Nothing of the program's is called when a resource comes back. */
  get #isPlain(): boolean {
    const { factory, settings } = this.#frame
    return factory.reset === undefined && !settings.testOnReturn
  }

  /** Of no resource's loan in particular. */
  get anyLoan(): TrackOptions<T> {
    return { ...this.#terms, cleanup: () => {} }
  }

  loanOptions(resource: Resource<T>): TrackOptions<T> {
    return { ...this.#terms, cleanup: () => this.#ended(resource) }
  }

  /** Why a resource that is not in use may not be used again. */
  reasonToRetire(resource: Resource<T>): DestroyReason | undefined {
    if (resource.condemned !== undefined) return resource.condemned
    const { isDraining, counts, settings } = this.#frame
    if (isDraining) return 'drain'
    return counts.live > settings.max ? 'shrunk' : undefined
  }

  #ended(resource: Resource<T>): void | Promise<void> {
    const { settings, retirements, events, dispatcher, telemetry, clock } = this.#frame
    resource.loan = undefined
    if (resource.lentAt !== undefined) telemetry.used(clock.now() - resource.lentAt)
    resource.lentAt = undefined
    if (++resource.uses >= settings.maxUses) resource.condemned ??= 'uses'
    if (events.lists.release.length > 0) events.emit('release', { type: 'release' })
    const reason = this.reasonToRetire(resource)
    if (reason !== undefined) {
      void retirements.retire(resource, reason)
      return undefined
    }
    if (!this.#isPlain) return this.#renew(resource)
    dispatcher.offer(resource)
    return undefined
  }

  async #renew(resource: Resource<T>): Promise<void> {
    const { settings, factory, retirements, validations, dispatcher } = this.#frame
    if (factory.reset !== undefined) {
      this.#frame.move(resource, 'resetting')
      const settled = await this.#reset(resource, factory.reset)
      // A forced drain has not waited.
      if (resource.destroyed !== undefined) return
      if (!settled.ok) {
        void retirements.retire(resource, 'reset')
        // The loan has not ended well, whoever ended it.
        throw settled.error
      }
    }
    if (settings.testOnReturn) {
      this.#frame.move(resource, 'validating')
      const isValid = await new Promise<boolean>(answered => {
        validations.asker((_, answer) => answered(answer))(resource)
      })
      if (!isValid) resource.condemned ??= 'invalid'
    }
    if (resource.destroyed === undefined) dispatcher.offer(resource)
  }

  #reset(resource: Resource<T>, reset: NonNullable<FactoryCalls<T>['reset']>): Promise<Settled> {
    const { calls, settings } = this.#frame
    return new Promise(tell => {
      const plan: CallPlan<void> = {
        fn: reset,
        call: (_, signal) => reset(resource.value, signal),
        timeoutMillis: settings.resetTimeoutMillis,
        timeout: elapsedMillis => this.#frame.timedOut('reset', elapsedMillis),
        done: (_, settled) => tell(settled),
      }
      calls.run(plan, undefined)
    })
  }
}

/**
 * A span of a return in which nothing happens would tell nothing, and cost more than all the rest of the loan: only one
 * that fails is told of.
 */
export function loanSpans(spans: SpanMode): SpanMode {
  return spans === 'all' ? 'errors' : spans
}
