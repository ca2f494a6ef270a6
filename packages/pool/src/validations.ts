import { describeValue, warnOnce, type Operation } from '@leasehold/core'
import type { CallPlan, Settled } from './bounded-call.ts'
import type { PoolFrame } from './pool-frame.ts'
import type { Resource } from './resource.ts'
import { SPAN_POOL_VALIDATE } from './telemetry/names.generated.ts'

/** Asks the factory whether resources are still good. */
export class Validations<T> {
  readonly #frame: PoolFrame<T>

  constructor(frame: PoolFrame<T>) {
    this.#frame = frame
  }

  /**
   * What asks about one resource after the other, each by its turn: only `true` is yes; an answer of another type, a
   * throw, a rejection and a time-out are told, and are no.
   *
   * @param answered called once for each, before the asking returns where the answer is there at once
   * @returns `now` is what the clock says, where that is known
   */
  asker(
    answered: (resource: Resource<T>, isValid: boolean) => void,
  ): (resource: Resource<T>, now?: number) => void {
    const { factory, telemetry, settings, calls } = this.#frame
    const { validate } = factory
    if (validate === undefined) return resource => answered(resource, true)
    const { resources } = telemetry.spans
    const plan: CallPlan<Resource<T>> = {
      // A bound function works its length out each time.
      fn: { length: validate.length },
      call: ({ value, validation }, signal) =>
        validation === undefined
          ? validate(value, signal)
          : resources.within(validation, () => validate(value, signal)),
      timeoutMillis: settings.validateTimeoutMillis,
      timeout: elapsedMillis => this.#frame.timedOut('validate', elapsedMillis),
      done: (resource, settled) => answered(resource, this.#judge(settled, resource.validation)),
    }
    return (resource, now) => {
      resource.validation = resources.beginInBackground(SPAN_POOL_VALIDATE)
      calls.run(plan, resource, now)
    }
  }

  #judge(settled: Settled, operation: Operation | undefined): boolean {
    if (operation !== undefined) {
      this.#frame.telemetry.spans.resources.end(operation, settled.ok ? {} : { error: settled.error })
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
