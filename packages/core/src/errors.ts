import type { ErrorCode } from './error-codes.ts'
import { describeError, describeValue } from './foreign-value.ts'
import type { CleanupStrategy } from './lease.ts'

/** Registered, not imported: an error made by another installed copy of this package carries it too. */
const BRAND: unique symbol = Symbol.for('leasehold.error')

/**
 * Any error of ours. Tell it by {@link isLeaseholdError} and `code`, not by `instanceof`: two copies of the
 * package may be installed. Extra fields of a code are own properties; `docs/errors.md` lists them.
 */
export class LeaseholdError extends Error {
  /** Stable: `ERR_<AREA>_<WHAT>`. */
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, fields: Record<string, unknown> = {}) {
    const { cause, ...own } = fields
    super(message, 'cause' in fields ? { cause } : undefined)
    this.code = code
    Object.assign(this, own)
  }
}
nameClass(LeaseholdError, 'LeaseholdError')
Object.defineProperty(LeaseholdError.prototype, BRAND, { value: true })

/** `ERR_CONFIG`: an option or argument that cannot be meant; thrown before anything was done. */
export class ConfigError extends LeaseholdError {
  /** Who was being configured: `pool "orders"`, `registry`. */
  declare readonly owner: string
  /** The option, with its path: `telemetry.spans`. */
  declare readonly option: string
  /** What it may be: `an integer >= 1`. */
  declare readonly expected: string
  /** What came, as it was. */
  declare readonly received: unknown

  constructor(owner: string, option: string, expected: string, received: unknown, message?: string) {
    super(
      'ERR_CONFIG',
      message ?? `${owner}: ${option} must be ${expected}, got ${describeValue(received)}`,
      {
        owner,
        option,
        expected,
        received,
      },
    )
  }
}
nameClass(ConfigError, 'ConfigError')

/** The lease that an error speaks of. */
export interface LeaseIdentity {
  readonly id: number
  readonly kind: string
  readonly name: string
}

/** `ERR_CLEANUP_FAILED` or `ERR_CLEANUP_TIMEOUT`: a cleanup rejected, threw, or did not settle in time. */
export class CleanupError extends LeaseholdError {
  declare readonly kind: string
  /** The `name` of the lease (`name` itself is the error's, as on every error). */
  declare readonly leaseName: string
  declare readonly id: number
  declare readonly strategy: CleanupStrategy
  /** How often the cleanup was called. */
  declare readonly attempts: number
  /** From the cleanup's start until the outcome was known; without its wait in the background queue. */
  declare readonly elapsedMillis: number

  constructor(
    code: 'ERR_CLEANUP_FAILED' | 'ERR_CLEANUP_TIMEOUT',
    lease: LeaseIdentity,
    run: {
      strategy: CleanupStrategy
      attempts: number
      elapsedMillis: number
      /** Completes "cleanup of … ": `failed`. */
      what: string
      cause?: unknown
    },
  ) {
    const why = 'cause' in run ? `: ${describeError(run.cause)}` : ''
    super(code, `cleanup of ${leaseText(lease)} ${run.what}${why}`, {
      kind: lease.kind,
      leaseName: lease.name,
      id: lease.id,
      strategy: run.strategy,
      attempts: run.attempts,
      elapsedMillis: run.elapsedMillis,
      ...('cause' in run ? { cause: run.cause } : {}),
    })
  }
}
nameClass(CleanupError, 'CleanupError')

/** A lease as errors and warnings name it: `pool.loan "orders" (lease 42)`. */
export function leaseText({ kind, name, id }: LeaseIdentity): string {
  return `${kind} "${name}" (lease ${id})`
}

/** Whether `error` is one of ours, of whichever installed copy. Never throws. */
export function isLeaseholdError(error: unknown): error is LeaseholdError {
  try {
    return typeof error === 'object' && error !== null && (error as { [BRAND]?: unknown })[BRAND] === true
  } catch {
    return false
  }
}

/** On the prototype, as the platform's own errors have it: not enumerable, not copied into logs twice. */
function nameClass(errorClass: { prototype: Error }, name: string): void {
  Object.defineProperty(errorClass.prototype, 'name', { value: name, configurable: true, writable: true })
}
