import {
  ConfigError,
  describeError,
  EventListeners,
  onShutdownFlush,
  processClock,
  ResourceRegistry,
  warnOnce,
  watchLeases,
  type EventListener,
  type LeaseRef,
  type LeaseWatch,
  type LeaseWatcher,
  type WatchOptions,
} from '@leasehold/core'
import { AlertBook } from './alert-book.ts'
import { AlertVoice } from './alert-voice.ts'
import { CleanupHealths } from './cleanup-healths.ts'
import {
  changedSettings,
  detectorSettings,
  monitorOf,
  type DetectorSettings,
  type LeakDetectorChanges,
  type LeakDetectorOptions,
} from './detector-options.ts'
import { DetectorRules } from './detector-rules.ts'
import { DetectorTicks, unrefTimer } from './detector-ticks.ts'
import { kernelView, type KernelView } from './kernel-view.ts'
import type { DetectorEvents, DetectorEventType } from './leak-events.ts'
import { LeakNews } from './leak-news.ts'
import { followRequests } from './outliving.ts'
import { makeReport, type LeakReport } from './report.ts'
import { printOnSignal } from './report-signal.ts'
import { renderReport } from './report-text.ts'
import type { LeakSnapshot, ReportOptions } from './report-options.ts'
import { reportOptions } from './report-options.ts'
import type { RuleContext } from './rules/rule.ts'
import { exportDetector } from './telemetry/leak-telemetry.ts'

const TICK_MILLIS = 1_000
/** How many leases are looked at before a look at the time, and for how long without a turn for the program. */
const SWEEP_BUDGET = 250
const SWEEP_MILLIS = 1

const EVENTS: readonly DetectorEventType[] = ['leak', 'unleaked', 'alert']

/** Watches the leases of a registry. Made by {@link startLeakDetector}. */
export class LeakDetector implements Disposable {
  readonly #watch: LeaseWatch
  readonly #listeners: EventListeners<DetectorEventType, DetectorEvents> = new EventListeners(
    'leak detector',
    EVENTS,
  )
  readonly #book: AlertBook = new AlertBook()
  readonly #news: LeakNews
  readonly #healths: CleanupHealths
  readonly #rules: DetectorRules
  readonly #voice: AlertVoice
  readonly #ticks: DetectorTicks
  readonly #ending: Disposable[] = []
  readonly #kernelAtStart: KernelView | undefined = kernelView()
  #settings: DetectorSettings
  #isSweeping: boolean = false
  #isStopped: boolean = false

  /** @throws ConfigError for an option that is unknown or wrong, or a registry that is watched already */
  constructor(options: LeakDetectorOptions = {}) {
    this.#settings = detectorSettings(options)
    const registry = options.registry ?? ResourceRegistry.default
    const watch = watchLeases(registry, this.#watcher, watchOptions(this.#settings))
    if (watch === undefined) {
      throw new ConfigError('leak detector', 'registry', 'one that no other leak detector watches', registry)
    }
    this.#watch = watch
    this.#news = new LeakNews(watch, this.#listeners)
    this.#healths = new CleanupHealths(watch)
    const context: RuleContext = {
      watch,
      healths: this.#healths,
      book: this.#book,
      news: this.#news,
      settings: () => this.#settings,
    }
    this.#rules = new DetectorRules(context, monitorOf(options))
    this.#voice = new AlertVoice(this.#listeners, options.sinks ?? [], watch.clock)
    const { onAlert } = options
    if (onAlert !== undefined) this.#listeners.on('alert', ({ alert }) => onAlert(alert))
    this.#ending.push(
      watch,
      this.#rules,
      exportDetector({ active: () => this.#book.active(), healths: () => this.#healths.all() }),
      followRequests(registry, lease => this.#rules.outlived.outlived(lease)),
      onShutdownFlush(() => this.#flush()),
    )
    if (options.reportSignal === 'SIGUSR2') this.#ending.push(printOnSignal('SIGUSR2', this))
    this.#ticks = new DetectorTicks(watch.clock, TICK_MILLIS, () => this.#tick())
  }

  /** Told amid the registry's accounting; before the constructor has ended, nothing is told. */
  get #watcher(): LeaseWatcher {
    return {
      overdue: lease => this.#rules.heldTooLong.overdue(lease),
      unleaked: lease => this.#rules.heldTooLong.unleaked(lease),
      failed: (lease, outcome, error) => this.#failed(lease, outcome === 'abandoned', error),
    }
  }

  #failed(lease: LeaseRef, isAbandoned: boolean, error: unknown): void {
    this.#healths.failed(lease, error)
    if (isAbandoned) this.#rules.abandoned.abandoned(lease)
  }

  /**
   * Listens to alerts, or to single leaks. A listener that throws is counted and reported once, never felt.
   *
   * @throws ConfigError for an unknown event, or no function
   */
  on<T extends DetectorEventType>(event: T, listener: EventListener<DetectorEvents[T]>): Disposable {
    return this.#listeners.on(event, listener)
  }

  /** Removes `listener`, however often it was added. @throws ConfigError for an unknown event */
  off<T extends DetectorEventType>(event: T, listener: EventListener<DetectorEvents[T]>): void {
    this.#listeners.off(event, listener)
  }

  /**
   * Changes thresholds while it runs, also for live leases: what is held too long no more is told as `unleaked`.
   *
   * @throws ConfigError for an option that is unknown or wrong; nothing is changed then
   */
  configure(changes: LeakDetectorChanges): void {
    const { heldTooLongMillis } = this.#settings
    this.#settings = changedSettings(this.#settings, changes)
    if (this.#settings.heldTooLongMillis !== heldTooLongMillis) this.#rules.growth.restart()
    this.#watch.configure(watchOptions(this.#settings))
    if (this.#settings.cleanup === false) {
      this.#book.end('cleanup-success')
      this.#book.end('consecutive-failures')
    }
    if (!this.#settings.growth) this.#book.end('growth')
  }

  /** What is there now, for a later {@link report} of what has come since. */
  snapshot(): LeakSnapshot {
    return { lastId: this.#watch.lastId, at: new Date() }
  }

  /**
   * Who holds what, since when and from where; how cleanups do; which alerts are active.
   *
   * @param options `since`: only leases taken after that snapshot. `limit` (100): of how many leases to tell one by one.
   *   `format: 'text'`: to read; `color`: with colours, default whether the standard output is a terminal
   * @throws ConfigError for an option that is unknown or wrong
   */
  report(options: ReportOptions & { format: 'text' }): string
  report(options?: ReportOptions & { format?: 'object' | undefined }): LeakReport
  report(options: ReportOptions = {}): LeakReport | string {
    const checked = reportOptions(options)
    const report = makeReport(
      {
        watch: this.#watch,
        healths: this.#healths,
        book: this.#book,
        kernelAtStart: this.#kernelAtStart,
      },
      checked,
    )
    return checked.format === 'text' ? renderReport(report, checked.color) : report
  }

  /** Ends it: nobody is told of anything any more, and nothing is sampled for it. Idempotent. */
  stop(): void {
    if (this.#isStopped) return
    this.#isStopped = true
    this.#ticks.stop()
    for (const ending of this.#ending) ending[Symbol.dispose]()
    this.#voice.stop()
  }

  [Symbol.dispose](): void {
    this.stop()
  }

  /** At the process's end: what was found last is told, and arrives. */
  async #flush(): Promise<void> {
    this.#tell()
    await this.#voice.flush()
  }

  #tick(): void {
    if (!this.#isSweeping) this.#sweep()
  }

  /** In parts, with a turn for the program in between, then the rules. */
  #sweep(): void {
    if (this.#isStopped) return
    const { oldMillis } = this.#rules.growth
    // The process's own time: what is measured is how long the loop is held.
    const until = processClock.now() + SWEEP_MILLIS
    do this.#isSweeping = !this.#watch.sweep(SWEEP_BUDGET, oldMillis)
    while (this.#isSweeping && processClock.now() < until)
    if (this.#isSweeping) unrefTimer(this.#watch.clock, 0, () => this.#sweep())
    else this.#tell()
  }

  #tell(): void {
    try {
      const now = this.#watch.clock.now()
      this.#rules.evaluate(now)
      this.#news.tell(() => this.#isStopped)
      for (const alert of this.#book.take(now)) if (!this.#isStopped) this.#voice.tell(alert)
    } catch (error) {
      warnOnce('leak-detector', `the leak detector failed: ${describeError(error)}`)
    }
  }
}

function watchOptions({ sampling, heldTooLongMillis }: DetectorSettings): WatchOptions {
  return { sampling, leakThresholdMillis: heldTooLongMillis }
}

/**
 * Watches the leases of a registry, and tells who does not give back what.
 *
 * @throws ConfigError for an option that is unknown or wrong, or a registry that another detector watches
 */
export function startLeakDetector(options: LeakDetectorOptions = {}): LeakDetector {
  return new LeakDetector(options)
}
