/**
 * Who holds what, and an alert when something is not given back.
 *
 * ```ts
 * import { open } from 'node:fs/promises'
 * import { ResourceRegistry } from '@leasehold/core'
 * import { startLeakDetector } from '@leasehold/leak-detector'
 *
 * using detector = startLeakDetector({ onAlert: alert => console.log(alert.text) })
 * ResourceRegistry.default.track(await open('package.json'), {
 *   kind: 'file.handle',
 *   name: 'manifest',
 *   cleanup: file => file.close(),
 * })
 * console.log(detector.report().live) // 1
 * ```
 */
export type { Alert, AlertRule, AlertSeverity, AlertTrace } from './alert.ts'
export type { AlertMessage } from './alert-voice.ts'
export { LeakDetector, startLeakDetector } from './detector.ts'
export type {
  CleanupOptions,
  DetectorSampling,
  LeakDetectorChanges,
  LeakDetectorOptions,
} from './detector-options.ts'
export type { KernelView } from './kernel-view.ts'
export type {
  AlertEvent,
  DetectorEvents,
  DetectorEventType,
  LeakEvent,
  LeakReason,
  UnleakedEvent,
} from './leak-events.ts'
export { outliving } from './outliving.ts'
export { outlivingExpress, outlivingFastify, outlivingListener } from './outliving-http.ts'
export type { FastifyLike, RequestListener } from './outliving-http.ts'
export type { LeakReport, ReportedGroup, ReportedSite, SuccessRate } from './report.ts'
export type { LeakSnapshot, ReportOptions } from './report-options.ts'
export type { AlertSink, SendingSink } from './sinks/alert-sink.ts'
export { alertmanager } from './sinks/alertmanager.ts'
export type { AlertmanagerOptions } from './sinks/alertmanager.ts'
export { log } from './sinks/log.ts'
export type { AlertLogger } from './sinks/log.ts'
export type { HttpSinkOptions } from './sinks/sink-options.ts'
export type { SinkStats } from './sinks/sink-queue.ts'
export { slack } from './sinks/slack.ts'
export { webhook } from './sinks/webhook.ts'
export { withoutLeaks } from './without-leaks.ts'
export type { LeakCheckOptions } from './without-leaks.ts'
