import { context, type Context } from '@opentelemetry/api'
import { LeaseHandle, withinRequest, type TrackOptions } from '@leasehold/core'
import type { IdentitySettings } from '../pool-identity.ts'
import { loanSpans } from '../returns.ts'
import { SPAN_POOL_RELEASE } from '../telemetry/names.generated.ts'
import type { PoolTelemetry } from '../telemetry/pool-telemetry.ts'
import type { ForeignLoan } from './foreign-pool.ts'
import { ObservedLease } from './observed-lease.ts'

/** Who has asked for a loan, by the time of which somebody else may be current. */
export interface Borrower {
  readonly context: Context
  readonly request: unknown
  /** undefined: nobody has waited, whose stack would be another's now. */
  readonly stack?: string | false
}

/**
 * The loans of an observed pool. Each belongs to generic-pool's own record of it, not to the value: equal values may be
 * lent at once, and generic-pool then loses sight of all but the last, whose leases rightly stay open.
 */
export class ObservedLoans {
  readonly #settings: IdentitySettings
  readonly #telemetry: PoolTelemetry
  readonly #terms: Omit<TrackOptions<unknown>, 'cleanup'>

  constructor(settings: IdentitySettings, telemetry: PoolTelemetry) {
    this.#settings = settings
    this.#telemetry = telemetry
    const { name, leakThresholdMillis } = settings
    this.#terms = {
      kind: 'pool.loan',
      name,
      span: SPAN_POOL_RELEASE,
      ...(leakThresholdMillis === undefined ? {} : { leakThresholdMillis }),
      telemetry: Object.freeze({ ...settings.telemetry, spans: loanSpans(settings.telemetry.spans) }),
    }
  }

  /** To be taken when a loan is asked for. */
  acquiringStack(now: number): string | false {
    return this.#settings.registry.acquiringStack({ ...this.#terms, cleanup: () => {} }, now)
  }

  begun(loan: ForeignLoan, value: unknown, borrower: Borrower): void {
    const { registry, clock } = this.#settings
    const track = (cleanup: () => unknown): LeaseHandle<unknown> =>
      registry.track(value, { ...this.#terms, cleanup }, LeaseHandle, borrower.context, borrower.stack)
    const lease = withinRequest(borrower.request, () =>
      context.with(borrower.context, () => new ObservedLease(track)),
    )
    const lentAt = clock.now()
    const { resolve } = loan
    loan.resolve = (...args) => {
      Reflect.deleteProperty(loan, 'resolve')
      void lease.end(() => {})
      if (this.#telemetry.isFallback) this.#telemetry.used(clock.now() - lentAt)
      resolve.apply(loan, args)
    }
  }
}
