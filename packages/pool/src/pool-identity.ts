import * as v from 'valibot'
import {
  clockRule,
  orFalse,
  positiveMillis,
  processClock,
  ResourceRegistry,
  rule,
  safeText,
  telemetrySchema,
  text,
  type Clock,
  type SpanMode,
  type TelemetryOptions,
} from '@leasehold/core'
import { databaseSchema, defaultName, type DatabaseOptions } from './database-options.ts'

/** What a pool of any make is told by. */
export interface PoolIdentity {
  /**
   * Whose resources these are, in telemetry and errors. Two pools of a name are summed. Default `'default'`; of a
   * `database` its namespace, else its server's address and port, else its system.
   */
  name?: string | undefined
  /** The resources are connections to it: `db.client.connection.*` are emitted as well. Default: they are not. */
  database?: DatabaseOptions | undefined
  /** Held longer, a loan is overdue; false: never. Default: the registry's (60,000). */
  leakThresholdMillis?: number | false | undefined
  /** Where leases are accounted. Default `ResourceRegistry.default`. */
  registry?: ResourceRegistry | undefined
  /** Time and timers. Default: the process's. */
  clock?: Clock | undefined
  /** Default `{ spans: 'all', slowMillis: 100, metrics: true }`; spans `'errors'` in the preset lowMemory. */
  telemetry?: TelemetryOptions | undefined
}

export interface PoolTelemetrySettings {
  readonly spans: SpanMode
  readonly slowMillis: number
  readonly metrics: boolean
}

/** Of {@link PoolIdentity}, all decided. */
export interface IdentitySettings {
  readonly name: string
  readonly database: DatabaseOptions | undefined
  readonly leakThresholdMillis: number | false | undefined
  readonly registry: ResourceRegistry
  readonly clock: Clock
  readonly telemetry: PoolTelemetrySettings
}

export const identityEntries: v.ObjectEntries = {
  name: v.optional(text),
  database: v.optional(databaseSchema),
  leakThresholdMillis: v.optional(orFalse(positiveMillis)),
  registry: v.optional(rule('a ResourceRegistry', isRegistry)),
  clock: v.optional(clockRule),
  telemetry: v.optional(telemetrySchema),
}

/** Of options that have been checked. */
export function identitySettings(
  o: PoolIdentity,
  base: { readonly spans: SpanMode; readonly leakThresholdMillis: number | undefined },
): IdentitySettings {
  return {
    name: o.name ?? defaultName(o.database),
    database: o.database === undefined ? undefined : Object.freeze({ ...o.database }),
    leakThresholdMillis: o.leakThresholdMillis ?? base.leakThresholdMillis,
    registry: o.registry ?? ResourceRegistry.default,
    clock: o.clock ?? processClock,
    telemetry: Object.freeze({
      spans: o.telemetry?.spans ?? base.spans,
      slowMillis: o.telemetry?.slowMillis ?? 100,
      metrics: o.telemetry?.metrics ?? true,
    }),
  }
}

/** `pool "orders"`, as far as the options tell. Never throws. */
export function ownerOf(options: unknown): string {
  try {
    const { name, database } = (options ?? {}) as PoolIdentity
    const shown: unknown = name === undefined ? defaultName(database) : name
    return typeof shown === 'string' && shown !== '' ? `pool "${safeText(shown)}"` : 'pool'
  } catch {
    return 'pool'
  }
}

function isRegistry(registry: unknown): boolean {
  const r = registry as Partial<ResourceRegistry> | null | undefined
  return typeof r?.track === 'function' && typeof r.stats === 'function'
}
