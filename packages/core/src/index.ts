/**
 * Leases with exact accounting: every resource has an owner, a birth and an end, and OpenTelemetry sees all
 * three.
 *
 * ```ts
 * import { open } from 'node:fs/promises'
 * import { ResourceRegistry } from '@leasehold/core'
 *
 * const registry = ResourceRegistry.default
 * {
 *   await using lease = registry.track(await open('package.json'), {
 *     kind: 'file.handle',
 *     name: 'manifest',
 *     cleanup: file => file.close(),
 *   })
 *   console.log((await lease.value.stat()).size)
 * }
 * console.log(registry.stats().outcomes.success) // 1
 * ```
 */
export { processClock } from './clock.ts'
export type { Clock, TimerHandle } from './clock.ts'
export { DeadlineQueue } from './deadline-queue.ts'
export type { Deadline } from './deadline-queue.ts'
export type { DrainOptions, DrainReport } from './drain-options.ts'
export { ERROR_CODES } from './error-codes.ts'
export type { ErrorArea, ErrorClassName, ErrorCode, ErrorCodeEntry, ErrorField } from './error-codes.ts'
export { CleanupError, ConfigError, isLeaseholdError, LeaseholdError } from './errors.ts'
export type { LeaseIdentity } from './errors.ts'
export { EventListeners } from './event-listeners.ts'
export type { EventListener, EventMap } from './event-listeners.ts'
export {
  describeError,
  describeValue,
  errorName,
  isThenable,
  safeText,
  whenSettled,
} from './foreign-value.ts'
export { HotHistogram } from './hot-histogram.ts'
export type { HotHistogramSnapshot } from './hot-histogram.ts'
export type { CleanupOutcome, CleanupStrategy, Lease, LeaseRef, LeaseState } from './lease.ts'
export type { LeaseEvent, LeaseEventType, LeaseListener } from './lease-events.ts'
export { LeaseHandle } from './lease-handle.ts'
export type { LeaseInfo } from './lease-info.ts'
export { currentRequest, withinRequest } from './lease-requests.ts'
export { abandon, reclaim } from './lease-settlement.ts'
export type { LeaseFilter } from './oldest-records.ts'
export { MemoryPressureMonitor } from './memory/memory-pressure-monitor.ts'
export type { MemoryPressureEvents, MemoryPressureEventType } from './memory/memory-pressure-monitor.ts'
export type { PressureLevel } from './memory/pressure-level.ts'
export type { MemoryPressureOptions } from './memory/pressure-options.ts'
export { onPressure, pressureRule } from './memory/pressure-response.ts'
export type { PressureCall } from './memory/pressure-response.ts'
export { giveBackInSlices } from './memory/pressure-slices.ts'
export type { SlicedWork } from './memory/pressure-slices.ts'
export type { PressureSource } from './memory/pressure-source.ts'
export {
  callback,
  checkOptions,
  clockRule,
  flag,
  integerFrom,
  millis,
  oneOf,
  orFalse,
  positiveMillis,
  presetName,
  rule,
  text,
} from './option-check.ts'
export type { OptionSchema } from './option-check.ts'
export type { Preset } from './presets.ts'
export { ResourceRegistry } from './registry.ts'
export type { RegistryOptions, SamplingOptions } from './registry-options.ts'
export type { GroupStats, LeaseCounts, RegistryStats } from './registry-stats.ts'
export { retryDelayMillis } from './retry-delay.ts'
export { inBackground, inRootScope } from './root-scope.ts'
export { withScope } from './scope.ts'
export type { DeferOptions, LeaseScope, ScopeOptions } from './scope.ts'
export { installShutdown } from './shutdown.ts'
export type { ShutdownOptions } from './shutdown.ts'
export { onShutdownFlush } from './shutdown-flush.ts'
export { watchLeases } from './lease-watch.ts'
export type { LeaseWatch, LeaseWatcher, WatchedGroup, WatchOptions } from './lease-watch.ts'
export { markSignalListener, signalListeners } from './signal-listeners.ts'
export type { SignalListener, SignalListeners, SignalRole } from './signal-listeners.ts'
export { durationSnapshot } from './telemetry/duration-snapshot.ts'
export { durationPoints } from './telemetry/histogram-snapshot.ts'
export type { HistogramPoint, HistogramSnapshot } from './telemetry/histogram-snapshot.ts'
export { leaseTelemetry } from './telemetry/lease-telemetry.ts'
export type { LeaseTelemetry, TelemetrySource } from './telemetry/lease-telemetry.ts'
export { ObservedInstruments } from './telemetry/observed-instruments.ts'
export type { Observations, ObservedMetric } from './telemetry/observed-instruments.ts'
export { OperationSpans } from './telemetry/operation-spans.ts'
export type { Operation } from './telemetry/operation-spans.ts'
export { SeriesByName } from './telemetry/series-by-name.ts'
export { SdkHistograms } from './telemetry/sdk-histograms.ts'
export type { DurationMetric } from './telemetry/sdk-histograms.ts'
export { shownStack } from './telemetry/shown-stack.ts'
export { SpareSignals } from './spare-signals.ts'
export { isSampledOut } from './telemetry/sampled-out.ts'
export { guardSdk, sdkThrew } from './telemetry/sdk-guard.ts'
export { statusMessage } from './telemetry/status-message.ts'
export { telemetrySchema } from './telemetry/telemetry-options.ts'
export type { SpanMode, TelemetryOptions } from './telemetry/telemetry-options.ts'
export type { TrackOptions } from './track-options.ts'
export { warnOnce } from './warning.ts'
