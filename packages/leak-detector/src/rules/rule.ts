import type { LeaseWatch } from '@leasehold/core'
import type { AlertBook } from '../alert-book.ts'
import type { CleanupHealths } from '../cleanup-healths.ts'
import type { DetectorSettings } from '../detector-options.ts'
import type { LeakNews } from '../leak-news.ts'

/** One thing that is watched for: looked at by the detector once a second, and as often as its rule needs. */
export interface Rule {
  evaluate(now: number): void
}

/** What rules work with. */
export interface RuleContext {
  readonly watch: LeaseWatch
  readonly healths: CleanupHealths
  readonly book: AlertBook
  readonly news: LeakNews
  settings(): DetectorSettings
}
