import * as v from 'valibot'
import {
  callback,
  checkOptions,
  ConfigError,
  currentRequest,
  LeaseholdError,
  millis,
  processClock,
  ResourceRegistry,
  rule,
  withinRequest,
  type LeaseRef,
  type OptionSchema,
} from '@leasehold/core'
import { LeaseRequest } from './lease-request.ts'

/** How a piece of a test is checked for leaks. */
export interface LeakCheckOptions {
  /** Whose leases count. Default `ResourceRegistry.default`. */
  registry?: ResourceRegistry | undefined
  /** How long what is still live may take to be given back, where nobody awaits its release. Default 100. */
  graceMillis?: number | undefined
}

const GRACE_MILLIS = 100
const LOOK_MILLIS = 5
const FRAMES = 8

const schema: OptionSchema = v.strictObject({
  registry: v.optional(
    rule('a ResourceRegistry', r => typeof (r as ResourceRegistry | null)?.track === 'function'),
  ),
  graceMillis: v.optional(millis),
})

/** Those whose leases are noted: each of their stacks is taken, from the first check on. */
const noted = new WeakSet<ResourceRegistry>()

/** One test, or whatever else is to give back what it takes. */
export class LeakCheck {
  readonly #request: LeaseRequest = new LeaseRequest(currentRequest())
  readonly #graceMillis: number

  /** @throws ConfigError for an option that is unknown or wrong */
  constructor(options: LeakCheckOptions = {}) {
    checkOptions('leak check', schema, options)
    const { registry = ResourceRegistry.default, graceMillis = GRACE_MILLIS } = options
    this.#graceMillis = graceMillis
    if (noted.has(registry)) return
    noted.add(registry)
    registry.configure({ sampling: { stacks: 1 } })
    registry.on('acquire', ({ ref }) => {
      const request = currentRequest()
      if (ref !== undefined && request instanceof LeaseRequest) request.taken(ref)
    })
  }

  /** Runs what is to be checked. */
  run<R>(fn: () => R): R {
    return withinRequest(this.#request, fn)
  }

  get isClean(): boolean {
    return this.#request.live().length === 0
  }

  /** Once it has run: the error to fail with, if there is a leak. */
  async error(): Promise<LeaseholdError | undefined> {
    const until = processClock.now() + this.#graceMillis
    while (!this.isClean && processClock.now() < until) {
      await new Promise<void>(resolve => processClock.setTimeout(resolve, LOOK_MILLIS))
    }
    const leases = this.#request.live()
    this.#request.close()
    return leases.length === 0 ? undefined : leakError(leases)
  }
}

function leakError(leases: readonly LeaseRef[]): LeaseholdError {
  const listed = leases.map(({ id, kind, name, site }) => {
    const frames = site?.split('\n').slice(0, FRAMES).join('\n      ')
    return `  ${kind} "${name}" (lease ${id})${frames === undefined ? '' : `, taken\n      ${frames}`}`
  })
  const count = leases.length === 1 ? '1 lease was' : `${leases.length} leases were`
  return new LeaseholdError('ERR_LEASE_LEAKED', `${count} not released:\n${listed.join('\n')}`, {
    leases: leases.map(lease => ({
      id: lease.id,
      kind: lease.kind,
      name: lease.name,
      stack: lease.site,
    })),
  })
}

/**
 * Runs `fn` and rejects if a lease that was taken in it is still live when it has settled: for the tests of any runner,
 * also of those that run side by side. Leases with `leakThresholdMillis: false` may stay.
 *
 * @returns what `fn` returns; a rejection of its own comes first
 * @throws LeaseholdError (rejects) `ERR_LEASE_LEAKED`, with the stacks of those who took them; ConfigError for an option
 *   that is unknown or wrong
 */
export async function withoutLeaks<R>(
  fn: () => R | PromiseLike<R>,
  options: LeakCheckOptions = {},
): Promise<R> {
  if (!v.is(callback, fn)) throw new ConfigError('leak check', 'fn', 'a function', fn)
  const check = new LeakCheck(options)
  const result = await check.run(fn)
  const error = await check.error()
  if (error !== undefined) throw error
  return result
}
