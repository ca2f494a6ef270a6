import * as v from 'valibot'
import { flag, millis, oneOf } from '../option-check.ts'
import type { OptionSchema } from '../option-check.ts'

/** Which operations get a span. Metrics count all of them whatever this says. */
export type SpanMode =
  /** Each operation (the default); the SDK's sampler decides what is recorded. */
  | 'all'
  /** Those that took `slowMillis` or longer, and those that failed; made afterwards, with their true start. */
  | 'slow'
  /** Those that failed; made afterwards, with their true start. */
  | 'errors'
  | 'off'

export interface TelemetryOptions {
  /** Default `'all'`. */
  spans?: SpanMode | undefined
  /** What `spans: 'slow'` calls slow, in milliseconds. Default 100. */
  slowMillis?: number | undefined
  /** Whether these leases are in the exported metrics; `stats()` counts them all the same. Default true. */
  metrics?: boolean | undefined
}

export const telemetrySchema: OptionSchema = v.strictObject({
  spans: v.optional(oneOf('all', 'slow', 'errors', 'off')),
  slowMillis: v.optional(millis),
  metrics: v.optional(flag),
})
