import { context } from '@opentelemetry/api'
import { describeValue, warnOnce } from '@leasehold/core'
import type { CallPlan, Settled } from './bounded-call.ts'
import type { PoolFrame } from './pool-frame.ts'
import type { Resource } from './resource.ts'
import { SPAN_POOL_VALIDATE } from './telemetry/names.generated.ts'
import type { Operation } from './telemetry/pool-spans.ts'

/** A question whether a resource is still good. */
export interface Validation<T> {
  readonly resource: Resource<T>
  /** Its span, where there is one. */
  operation: Operation | undefined
  /** Called once, before {@link Validations.ask} returns where the answer is there at once. */
  answered(isValid: boolean): void
}

/** Asks the factory whether resources are still good. */
export class Validations<T> {
  readonly #frame: PoolFrame<T>
  readonly #plan: CallPlan<Validation<T>> | undefined

  constructor(frame: PoolFrame<T>) {
    this.#frame = frame
    const { validate } = frame.factory
    if (validate === undefined) return
    const { spans } = frame.telemetry
    this.#plan = {
      // A bound function works its length out each time.
      fn: { length: validate.length },
      call: ({ resource, operation }, signal) =>
        operation === undefined
          ? validate(resource.value, signal)
          : spans.within(operation, () => validate(resource.value, signal)),
      timeoutMillis: frame.settings.validateTimeoutMillis,
      timeout: elapsedMillis => frame.timedOut('validate', elapsedMillis),
      done: (validation, settled) => validation.answered(this.#judge(settled, validation.operation)),
    }
  }

  /**
   * Only `true` is yes: an answer of another type, a throw, a rejection and a time-out are told, and are no.
   *
   * @param now what the clock says, where that is known
   */
  ask(validation: Validation<T>, now?: number): void {
    if (this.#plan === undefined) {
      validation.answered(true)
      return
    }
    const { telemetry, calls } = this.#frame
    validation.operation = telemetry.spans.beginInBackground(
      SPAN_POOL_VALIDATE,
      'pool.resource',
      context.active(),
    )
    calls.run(this.#plan, validation, now)
  }

  #judge(settled: Settled, operation: Operation | undefined): boolean {
    if (operation !== undefined) {
      this.#frame.telemetry.spans.end(operation, settled.ok ? {} : { error: settled.error })
    }
    if (settled.ok && settled.value === true) return true
    const { events, settings } = this.#frame
    if (settled.ok && settled.value !== false) {
      const answer = describeValue(settled.value)
      warnOnce(
        `validate:${settings.owner}`,
        `${settings.owner}: validate must answer true or false, got ${answer}`,
      )
    }
    if (events.lists.invalid.length > 0) {
      events.emit('invalid', { type: 'invalid', ...(settled.ok ? {} : { error: settled.error }) })
    }
    return false
  }
}
