import { context, trace, TraceFlags, type Context, type SpanContext } from '@opentelemetry/api'
import { CleanupExecutor } from './cleanup-executor.ts'
import { processClock, type Clock } from './clock.ts'
import { DefaultThreshold } from './default-threshold.ts'
import { drainOptions, type DrainOptions, type DrainReport } from './drain-options.ts'
import { Drain } from './drain.ts'
import { forceAtExit, type ExitSource } from './exit-force.ts'
import { GcWatch } from './gc-watch.ts'
import { GroupTable } from './group-table.ts'
import type { Lease, LeaseRef } from './lease.ts'
import { LeaseAccounts } from './lease-accounts.ts'
import { LeaseEvents, type LeaseEventType, type LeaseListener } from './lease-events.ts'
import { LeaseHandle } from './lease-handle.ts'
import { leaseInfo, type LeaseInfo } from './lease-info.ts'
import { LeaseRecord } from './lease-record.ts'
import { LeaseTerms } from './lease-terms.ts'
import type { LeaseWatch, LeaseWatcher, WatchOptions } from './lease-watch.ts'
import { oldestRecords, type LeaseFilter } from './oldest-records.ts'
import { changedSettings, registrySettings, type RegistryOptions } from './registry-options.ts'
import { registryStats, type RegistryStats } from './registry-stats.ts'
import { FORCE_ALL, SCOPES, WATCH } from './registry-internals.ts'
import { SampleCountdown } from './sample-countdown.ts'
import type { ScopeStack } from './scope-stack.ts'
import { StackSamples } from './stack-samples.ts'
import { StackSites } from './stack-sites.ts'
import { CleanupSpans } from './telemetry/cleanup-spans.ts'
import { sdkThrew } from './telemetry/sdk-guard.ts'
import { telemetryHub, type TelemetryHub } from './telemetry/telemetry-hub.ts'
import { checkTrackOptions, type TrackOptions } from './track-options.ts'
import { WatchSeat } from './watch-seat.ts'

const DEFAULT: unique symbol = Symbol.for('leasehold.registry.v1')
const shared = globalThis as { [DEFAULT]?: ResourceRegistry }

/**
 * Knows every lease: who holds what, since when, and how each ended. Use {@link ResourceRegistry.default};
 * tests and libraries may have their own, whose leases show in the same metrics.
 */
export class ResourceRegistry {
  readonly #executor: CleanupExecutor
  readonly #events: LeaseEvents = new LeaseEvents()
  readonly #telemetry: TelemetryHub = telemetryHub()
  readonly #threshold: DefaultThreshold = new DefaultThreshold()
  readonly #groups: GroupTable = new GroupTable(this.#threshold)
  readonly #clock: Clock
  readonly #stacks: StackSamples = new StackSamples()
  readonly #sites: StackSites = new StackSites()
  readonly #gcSamples: SampleCountdown = new SampleCountdown()
  readonly #gc: GcWatch
  /** Abandoned leases' records: a drain still cleans their resources up. */
  readonly #abandoned: Set<LeaseRecord> = new Set()
  readonly #scopes: Set<ScopeStack> = new Set()
  readonly #watchSeat: WatchSeat
  #gcSampling: number | false = false
  #lastTerms: LeaseTerms | undefined
  #lastId: number = 0

  static {
    Object.defineProperties(this.prototype, {
      [SCOPES]: {
        get(this: ResourceRegistry): Set<ScopeStack> {
          return this.#scopes
        },
      },
      [FORCE_ALL]: {
        value(this: ResourceRegistry): void {
          forceAtExit(this.#source)
        },
      },
      [WATCH]: {
        value(this: ResourceRegistry, watcher: LeaseWatcher, options: WatchOptions): LeaseWatch | undefined {
          return this.#watchSeat.take(watcher, options)
        },
      },
    })
  }

  /** The process's own, one for all installed copies of this package. */
  static get default(): ResourceRegistry {
    return (shared[DEFAULT] ??= new ResourceRegistry())
  }

  /** @throws ConfigError for an option that is unknown or wrong */
  constructor(options: RegistryOptions = {}) {
    const settings = registrySettings(options)
    const clock = options.clock ?? processClock
    this.#clock = clock
    const accounts = new LeaseAccounts(clock, {
      events: this.#events,
      telemetry: this.#telemetry,
      spans: new CleanupSpans(this.#telemetry),
      gcUnwatch: record => this.#gc.unwatch(record),
    })
    this.#executor = new CleanupExecutor(accounts, settings)
    this.#gc = new GcWatch(record => {
      // Before anybody is told, who may end the process.
      this.#abandoned.add(record)
      accounts.abandoned(record)
    })
    this.#watchSeat = new WatchSeat({
      accounts,
      clock,
      stacks: this.#stacks,
      threshold: this.#threshold,
      lastId: () => this.#lastId,
      gcSampling: () => this.#gcSampling,
      groups: () => this.#groups.all(),
      configured: () => this.#configured(),
    })
    this.#configured()
    this.#telemetry.add(this, { groups: this.#groups.exported, clock })
  }

  /** What its times are told by. */
  get clock(): Clock {
    return this.#clock
  }

  /**
   * Changes defaults for leases tracked from now on; the background queue's limits and the grace of cleanups at once.
   *
   * @throws ConfigError for an option that is unknown or wrong; nothing is changed then
   */
  configure(options: Omit<RegistryOptions, 'clock'>): void {
    this.#executor.settings = changedSettings(this.#executor.settings, options)
    this.#configured()
    this.#executor.resumeBackground()
  }

  /**
   * Takes a resource into the registry: from now on it has an owner, and will have an end.
   *
   * @throws ConfigError for an option that is unknown or wrong; the resource is then the caller's as before
   */
  track<T>(value: T, options: TrackOptions<T>): Lease<T>
  /**
   * The same, for packages whose leases can do more.
   *
   * @param LeaseClass a subclass of `LeaseHandle`
   * @param current what is `context.active()`, where it has just been asked for, as that is not cheap
   * @param stack what {@link acquiringStack} gave when the lease was asked for
   * @throws ConfigError for an option that is unknown or wrong; the resource is then the caller's as before
   */
  track<T, L extends LeaseHandle<T>>(
    value: T,
    options: TrackOptions<T>,
    LeaseClass: new (ref: LeaseRef) => L,
    current?: Context,
    stack?: string | false,
  ): L
  track<T>(
    value: T,
    options: TrackOptions<T>,
    LeaseClass: new (ref: LeaseRef) => LeaseHandle<T> = LeaseHandle,
    current?: Context,
    stack?: string | false,
  ): LeaseHandle<T> {
    const asked = options as TrackOptions<never>
    let terms = this.#lastTerms
    if (terms === undefined || asked === null || asked === undefined || !terms.serve(asked)) {
      this.#lastTerms = terms = this.#termsOf(asked)
    }
    const { cleanup } = asked
    const id = ++this.#lastId
    // A look at the globals is a tenth of a lease's cost: a busy program can wait for its sixteenth.
    if (id < 64 || (id & 15) === 0) this.#telemetry.refreshIfChanged()
    const record = new LeaseRecord(id, terms, value, cleanup, this.#clock.now())
    const handle = new LeaseClass(record)
    const { group, list } = terms
    if (!list.isKept) group.adopt(list)
    list.add(record)
    group.acquired++
    group.live++
    if (stack !== undefined) this.#site(record, stack)
    else if (this.#stacks.take(group, record.time)) {
      this.#site(record, this.#sites.capture(ResourceRegistry.prototype.track))
    }
    if (this.#gcSamples.take()) this.#gc.watch(handle, record)
    if (terms.spans !== 'off' && this.#telemetry.tracer() !== undefined) rememberSpan(record, current)
    if (this.#events.lists.acquire.length > 0) {
      const { kind, name } = group
      this.#events.emit('acquire', { type: 'acquire', id: record.id, kind, name, heldMillis: 0, ref: record })
    }
    return handle
  }

  /**
   * For packages whose callers may have to wait: by the time of `track` the stack is that of whoever has ended their
   * wait. Decides as `track` would whether the lease is one whose stack is taken.
   *
   * @param options the lease's, to be; the cleanup does not matter
   * @param now any clock's milliseconds
   * @returns for `track`; false for none
   */
  acquiringStack(options: TrackOptions<never>, now: number): string | false {
    if (!this.#stacks.passes() || !this.#stacks.takes(this.#termsOf(options).group, now)) return false
    return this.#sites.capture(ResourceRegistry.prototype.acquiringStack) ?? false
  }

  /** A snapshot of all counts. */
  stats(): RegistryStats {
    this.#telemetry.refresh()
    return registryStats(this.#groups.all(), this.#clock.now(), this.#events.errors)
  }

  /**
   * The leases that are live or being released, oldest first.
   *
   * @param filter `limit` (100) of them, of one `kind` or `name`
   * @throws ConfigError for an option that is unknown or wrong
   */
  leases(filter: LeaseFilter = {}): LeaseInfo[] {
    const now = this.#clock.now()
    return oldestRecords(this.#groups.all(), this.#executor.runs, filter, now).map(record =>
      leaseInfo(record, now),
    )
  }

  /**
   * Listens to what happens to leases. A listener that throws is counted (`stats().listenerErrors`) and
   * reported once, never felt.
   *
   * @throws ConfigError for an unknown event, or no function
   */
  on(event: LeaseEventType, listener: LeaseListener): Disposable {
    return this.#events.on(event, listener)
  }

  /** Removes `listener`, however often it was added. @throws ConfigError for an unknown event */
  off(event: LeaseEventType, listener: LeaseListener): void {
    this.#events.off(event, listener)
  }

  /**
   * Releases every lease that is live now, open scopes' in their order, and waits until every cleanup has
   * settled, been forced, or until `timeoutMillis` (10,000) have passed. With `force`, what is not cleaned up
   * by then is, where it has a `force`. Never rejects for a cleanup: the report tells. The registry stays
   * usable.
   *
   * @throws ConfigError (rejects) for an option that is unknown or wrong
   */
  async drain(options: DrainOptions = {}): Promise<DrainReport> {
    const checked = drainOptions(options)
    return new Drain({ ...this.#source, scopes: this.#scopes, lastId: this.#lastId }).run(checked)
  }

  get #source(): ExitSource {
    return { executor: this.#executor, abandoned: this.#abandoned, groups: () => this.#groups.all() }
  }

  #termsOf(options: TrackOptions<never>): LeaseTerms {
    const { settings } = this.#executor
    // Before any look at the options: they may be no object at all.
    checkTrackOptions(options)
    const isExported = options.telemetry?.metrics ?? settings.telemetry.metrics
    const entry = this.#groups.entry(options.kind, options.name, isExported)
    if (entry.terms?.serve(options) === true) return entry.terms
    return (entry.terms = new LeaseTerms(this.#executor, entry.group, options, settings))
  }

  #configured(): void {
    this.#lastTerms = undefined
    this.#groups.forgetTerms()
    const { stacks, gc } = this.#executor.settings.sampling
    const watch = this.#watchSeat.sampling
    this.#gcSampling = denser(gc, watch?.gc)
    const stackSampling = denser(stacks, watch?.stacks)
    this.#stacks.set(stackSampling, stackSampling !== stacks)
    this.#gcSamples.set(this.#gcSampling)
  }

  #site(record: LeaseRecord, site: string | false | undefined): void {
    if (site !== undefined && site !== false) (record.extras ??= {}).site = site
  }
}

/** Of two samplings, the one that takes more. */
function denser(one: number | false, other: number | false | undefined): number | false {
  if (other === undefined || other === false) return one
  return one === false ? other : Math.min(one, other)
}

/** The acquiring span's identity, if it is recorded: never the span, which would hold all it has. */
function rememberSpan(record: LeaseRecord, current: Context | undefined): void {
  let spanContext: SpanContext | undefined
  try {
    spanContext = trace.getSpanContext(current ?? context.active())
  } catch (error) {
    sdkThrew('tracing', error)
  }
  if (spanContext !== undefined && (spanContext.traceFlags & TraceFlags.SAMPLED) !== 0) {
    ;(record.extras ??= {}).spanContext = spanContext
  }
}
