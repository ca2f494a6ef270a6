import type { CleanupExecutor } from './cleanup-executor.ts'
import type { LeaseGroup } from './lease-group.ts'
import type { CleanupStrategy } from './lease.ts'
import type { LeaseList } from './lease-list.ts'
import type { RegistrySettings } from './presets.ts'
import type { SpanMode } from './telemetry/telemetry-options.ts'
import { SPAN_LEASE_CLEANUP } from './telemetry/names.generated.ts'
import { defaultAttempts, type TrackOptions } from './track-options.ts'

export type Force = (value: never) => void

/**
 * All that leases tracked with equal options share; what differs by lease (the value, the cleanup) is on the
 * record. One object serves as long as the options stay the same, so that a lease costs no object for them.
 */
export class LeaseTerms {
  readonly executor: CleanupExecutor
  readonly group: LeaseGroup
  readonly list: LeaseList
  readonly strategy: CleanupStrategy
  readonly force: Force | undefined
  readonly timeoutMillis: number
  /** How often the cleanup may be called: 1 unless declared idempotent. */
  readonly attempts: number
  readonly spans: SpanMode
  readonly slowMillis: number
  readonly spanName: string
  readonly #asked: Omit<TrackOptions<never>, 'cleanup'>
  readonly #askedKeys: number

  constructor(
    executor: CleanupExecutor,
    group: LeaseGroup,
    options: TrackOptions<never>,
    settings: RegistrySettings,
  ) {
    this.executor = executor
    this.group = group
    const { leakThresholdMillis: own } = options
    const threshold = own ?? settings.leakThresholdMillis
    this.list = group.listFor(threshold === false ? Infinity : threshold, own === undefined)
    this.strategy = options.strategy ?? 'immediate'
    this.force = options.force
    this.timeoutMillis = options.timeoutMillis ?? settings.cleanupTimeoutMillis
    this.attempts = attemptsOf(options)
    this.spans = options.telemetry?.spans ?? settings.telemetry.spans
    this.slowMillis = options.telemetry?.slowMillis ?? settings.telemetry.slowMillis
    this.spanName = options.span ?? SPAN_LEASE_CLEANUP
    this.#asked = askedOf(options)
    this.#askedKeys = enumerableKeys(options)
    // An option that is there and undefined, or is not enumerable, would leave a key's room for an unknown one.
    if (this.#askedKeys !== definedValues(this.#asked) + 1) this.#askedKeys = -1
  }

  /**
   * Whether these terms are what `options` ask for, and `options` hold nothing else: the same values under the
   * same number of keys, so an unknown key cannot hide. A miss is no error, it only costs the full check.
   */
  serve(options: TrackOptions<never>): boolean {
    try {
      return this.#serves(options)
    } catch {
      // What cannot even be looked at the full check will refuse.
      return false
    }
  }

  #serves(options: TrackOptions<never>): boolean {
    const asked = this.#asked
    if (
      options.name !== asked.name ||
      options.kind !== asked.kind ||
      typeof options.cleanup !== 'function' ||
      options.strategy !== asked.strategy ||
      options.force !== asked.force ||
      options.timeoutMillis !== asked.timeoutMillis ||
      options.leakThresholdMillis !== asked.leakThresholdMillis ||
      options.span !== asked.span ||
      !isAsAsked(options.telemetry, asked.telemetry) ||
      !isAsAsked(options.retry, asked.retry)
    ) {
      return false
    }
    return enumerableKeys(options) === this.#askedKeys
  }
}

/**
 * A copy, inherited options too, without the cleanup, which is often a closure over one resource: terms outlive
 * the lease.
 */
function askedOf(options: TrackOptions<never>): Omit<TrackOptions<never>, 'cleanup'> {
  const { kind, name, force, strategy, timeoutMillis, retry, leakThresholdMillis, telemetry, span } = options
  // What is nested may change afterwards, and must not change what was checked.
  return {
    kind,
    name,
    force,
    strategy,
    timeoutMillis,
    retry: retry && unchanging(retry),
    leakThresholdMillis,
    telemetry: telemetry && unchanging(telemetry),
    span,
  }
}

/** What is frozen stays as it was checked, and need not be looked through again. */
function unchanging<T extends object>(options: T): T {
  return Object.isFrozen(options) ? options : { ...options }
}

function definedValues(asked: object): number {
  return Object.values(asked).filter(value => value !== undefined).length
}

/** Inherited ones count as well: they are options too. */
function enumerableKeys(options: object): number {
  let keys = 0
  // eslint-disable-next-line guard-for-in -- see above
  for (const _ in options) keys++
  return keys
}

function isAsAsked(options: object | undefined, checked: object | undefined): boolean {
  // By far the most have none, or one that is frozen, and nothing is called for them.
  return options === checked || (options !== undefined && checked !== undefined && isAlike(options, checked))
}

/**
 * Whether nested options, not checked yet, hold just what the `checked` ones do: they are often written anew for
 * each lease, or are one object that has changed since.
 */
function isAlike(options: object, checked: object): boolean {
  if (typeof options !== 'object' || options === null) return false
  let keys = 0
  for (const key in checked) {
    if ((options as Record<string, unknown>)[key] !== (checked as Record<string, unknown>)[key]) return false
    keys++
  }
  return enumerableKeys(options) === keys
}

function attemptsOf({ retry }: TrackOptions<never>): number {
  return retry === undefined ? 1 : (retry.attempts ?? defaultAttempts)
}
