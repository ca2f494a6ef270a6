import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleAll,
  type CircuitBreakerPolicy,
} from 'cockatiel'
import type { Clock } from '@leasehold/core'
import type { Settled } from './bounded-call.ts'
import type { BreakerState } from './pool-status.ts'

const STATES: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
}

/** Carries a failed create through cockatiel, which tells success from failure by what is thrown. */
class Failed {
  readonly settled: Settled

  constructor(settled: Settled) {
    this.settled = settled
  }
}

/**
 * cockatiel's circuit breaker around create. Whoever would have to create asks `allows` first, and waits or fails
 * elsewhere: nobody queues up inside, unseen and without a deadline.
 */
export class Breaker {
  readonly #clock: Clock
  readonly #policy: CircuitBreakerPolicy | undefined
  #retryAt: number = 0
  #isProbing: boolean = false

  constructor(
    clock: Clock,
    options: false | { threshold: number; halfOpenAfterMillis: number },
    tell: (state: BreakerState) => void,
  ) {
    this.#clock = clock
    if (options === false) return
    // cockatiel reads the wall clock; asked how long to wait it is told by ours: not yet, or no longer.
    const backoff = {
      duration: 0,
      next: () => {
        this.#retryAt = clock.now() + options.halfOpenAfterMillis
        return backoff
      },
    }
    Object.defineProperty(backoff, 'duration', {
      get: () => (clock.now() < this.#retryAt ? Infinity : -Infinity),
    })
    this.#policy = circuitBreaker(handleAll, {
      halfOpenAfter: backoff,
      breaker: new ConsecutiveBreaker(options.threshold),
    })
    this.#policy.onStateChange(state => tell(STATES[state]))
  }

  get state(): BreakerState {
    if (this.#policy === undefined) return 'disabled'
    // A create from before may fail while one is tried, and open cockatiel's; that one decides all the same.
    return this.#isProbing ? 'half-open' : STATES[this.#policy.state]
  }

  /** Until a create is let through again; 0 if one is, or one is being tried. */
  get retryAfterMillis(): number {
    return this.state === 'open' ? Math.max(0, this.#retryAt - this.#clock.now()) : 0
  }

  /** When the next create is let through, on the pool's clock; undefined unless open. */
  get retryAt(): number | undefined {
    return this.state === 'open' ? this.#retryAt : undefined
  }

  /** Whether a create may begin now. */
  allows(): boolean {
    const { state } = this
    if (state === 'closed' || state === 'disabled') return true
    return state === 'open' && this.#clock.now() >= this.#retryAt
  }

  /** Runs a create that is allowed. Never rejects. */
  async run(create: () => Promise<Settled>): Promise<Settled> {
    const policy = this.#policy
    if (policy === undefined) return create()
    const isProbe = policy.state !== CircuitState.Closed
    if (isProbe) this.#isProbing = true
    try {
      return await policy.execute(async () => {
        const settled = await create()
        if (!settled.ok) throw new Failed(settled)
        return settled
      })
    } catch (error) {
      return error instanceof Failed ? error.settled : { ok: false, error }
    } finally {
      if (isProbe) this.#isProbing = false
    }
  }
}
