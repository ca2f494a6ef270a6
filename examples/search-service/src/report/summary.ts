import type { ClientFigures } from '../database/client-log.ts'
import type { LatencySummary } from '../load/latency.ts'
import type { LoadResult } from '../load/load.ts'
import type { RouteName } from '../load/request-plan.ts'
import type { Leak } from './leak-report.ts'
import type { ResourceRow } from './resource-table.ts'
import type { Acquisition } from './slowest-acquisitions.ts'

/** Everything that a run has to say, taken when the load has ended and the service still stands. */
export interface Summary {
  readonly corpus: {
    readonly folder: string
    readonly files: number
    readonly bytes: number
    readonly words: number
    readonly terms: number
    readonly elapsedMillis: number
    readonly skipped: Readonly<Record<SkipReason, number>>
  }
  readonly database: {
    readonly description: string
    readonly embedded: boolean
    /** Both are missing if it could not be asked when the load had ended. */
    readonly documents?: number
    readonly queries?: number
  }
  readonly load: {
    readonly url: string
    readonly planned: number
    readonly answered: number
    readonly failed: number
    readonly firstFailure?: string
    readonly elapsedMillis: number
    readonly perSecond: number
    readonly bursts: LoadResult['bursts']
    readonly cacheHits: number
    readonly cacheMisses: number
    readonly latencyMillis: LatencySummary
    readonly routes: Readonly<Record<RouteName, LatencySummary>>
  }
  readonly clients: ClientFigures & { readonly max: number }
  readonly resources: readonly ResourceRow[]
  readonly slowest: readonly Acquisition[]
  readonly leaks: readonly Leak[]
  readonly alerts: AlertFigures
  readonly telemetry: TelemetryFigures
  /** The same figures from counters that know nothing of leases. */
  readonly groundTruth: {
    readonly filesOpened: number
    readonly plantedCalls: number
  }
}

export type SkipReason =
  | 'notText'
  | 'links'
  | 'special'
  | 'notUtf8'
  | 'unreadable'
  | 'binary'
  | 'tooLarge'
  | 'empty'
  | 'vanished'
  | 'overBudget'
  | 'notReached'

export interface TelemetryFigures {
  readonly metricsUrl?: string
  /** The page that shows the resources as they are now. */
  readonly liveUrl?: string
  readonly families: number
  readonly series: number
  /** Where traces go, without secrets. */
  readonly tracesUrl?: string
  readonly tracesToConsole: boolean
  /** The variable, with its value, that has none recorded if none is. */
  readonly tracesOffBy?: string
  readonly jaegerUrl?: string
  readonly requestSpans: number
  /** All spans, the exporter's count: ended, and acknowledged by the back end. */
  readonly spans: { readonly ended: number; readonly delivered: number }
}

/** What the leak detector told while the program ran. */
export interface AlertFigures {
  /** Each trouble once, as it was last. */
  readonly told: readonly {
    readonly rule: string
    readonly severity: string
    readonly count: number
    readonly text: string
  }[]
  /** By the webhook sink, the receiver's answer included; and what the receiver counted. */
  readonly sent: number
  readonly received: number
}

/** How the run ended, once everything has been released. */
export interface Closing {
  readonly acquired: number
  readonly cleaned: number
  readonly failed: number
  readonly stillOpen: number
  /** What nobody had released, which the drain found. */
  readonly cleanedByDrain: number
  readonly drainMillis: number
}
