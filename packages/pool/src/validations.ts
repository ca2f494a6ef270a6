import { context } from '@opentelemetry/api'
import { describeValue, warnOnce } from '@leasehold/core'
import type { Settled } from './bounded-call.ts'
import type { PoolFrame } from './pool-frame.ts'
import type { Resource } from './resource.ts'
import { SPAN_POOL_VALIDATE } from './telemetry/names.generated.ts'
import type { Operation } from './telemetry/pool-spans.ts'

/** Asks the factory whether resources are still good. */
export class Validations<T> {
  readonly #frame: PoolFrame<T>

  constructor(frame: PoolFrame<T>) {
    this.#frame = frame
  }

  /**
   * Only `true` is yes: an answer of another type, a throw, a rejection and a time-out are told, and are no.
   *
   * @param answered called once, before this returns where the answer is there at once
   */
  ask(resource: Resource<T>, answered: (isValid: boolean) => void): void {
    const { validate } = this.#frame.factory
    if (validate === undefined) {
      answered(true)
      return
    }
    const { spans } = this.#frame.telemetry
    const operation = spans.beginInBackground(SPAN_POOL_VALIDATE, 'pool.resource', context.active())
    this.#frame.call(
      'validate',
      validate,
      resource,
      settled => answered(this.#judge(settled, operation)),
      operation,
    )
  }

  #judge(settled: Settled, operation: Operation | undefined): boolean {
    this.#frame.telemetry.spans.end(operation, settled.ok ? {} : { error: settled.error })
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
