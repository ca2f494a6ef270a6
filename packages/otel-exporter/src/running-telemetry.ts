import { metrics } from '@opentelemetry/api'
import { leaseTelemetry, onShutdownFlush } from '@leasehold/core'
import { within } from './deadline.ts'
import type { Delivery } from './delivery.ts'
import { installDiagBridge } from './diag-bridge.ts'
import type { Environment } from './environment.ts'
import { describe } from './failure-text.ts'
import { GlobalRegistration, registered } from './global-registration.ts'
import { LogPipeline } from './log-pipeline.ts'
import { MetricPipeline } from './metric-pipeline.ts'
import type { ProblemLog } from './problem-log.ts'
import type { LiveEndpoint, PrometheusEndpoint } from './prometheus/scrape-server.ts'
import { detectedResource } from './resource.ts'
import { SpanPipeline } from './span-pipeline.ts'
import type { SpanCounts, Telemetry } from './telemetry.ts'
import type { TelemetryPlan } from './telemetry-plan.ts'

/** What is given up is no longer waited for anywhere: this is for a busy event loop. */
const GIVE_UP_MILLIS = 200

/** A back end that took nothing to the deadline is left alone that long: a connection that hangs holds the program. */
const COOL_DOWN_MILLIS = 1_000

/** What `startTelemetry` started, until it is shut down. */
export class RunningTelemetry implements Telemetry {
  readonly #timeoutMillis: number
  readonly #problems: ProblemLog
  readonly #globals: GlobalRegistration = new GlobalRegistration()
  readonly #spans: SpanPipeline | undefined
  readonly #metrics: MetricPipeline | undefined
  readonly #logs: LogPipeline | undefined
  readonly #flushHook: Disposable
  readonly #onEnd: () => void
  readonly #ready: Promise<void>
  #flushedItems: number = -1
  #isReadyAsked: boolean = false
  #coolDown: NodeJS.Timeout | undefined
  #shutdown: Promise<void> | undefined

  constructor(plan: TelemetryPlan, env: Environment, problems: ProblemLog, onEnd: () => void) {
    this.#timeoutMillis = plan.shutdownTimeoutMillis
    this.#problems = problems
    this.#onEnd = onEnd
    if (!plan.isDisabled) {
      if (registered('diag') === undefined) this.#globals.add(() => installDiagBridge(env, problems))
      const common = {
        resource: detectedResource(plan.resource, env),
        // Half, so that what hangs at the end leaves time for the last flush.
        stallMillis: this.#timeoutMillis / 2,
        problems,
      }
      const { spans, metrics, logs } = plan
      const hasSpans = spans.console || spans.otlp !== undefined
      if (hasSpans && this.#mayTake('trace')) this.#spans = new SpanPipeline({ plan: spans, ...common })
      const hasMetrics = metrics.console || metrics.otlp !== undefined || metrics.prometheus !== undefined
      if (hasMetrics && this.#mayTake('metrics'))
        this.#metrics = new MetricPipeline({ plan: metrics, ...common })
      const hasLogs = logs.console || logs.otlp !== undefined
      if (hasLogs && this.#mayTake('logs')) this.#logs = new LogPipeline({ plan: logs, ...common })
      this.#globals.add(() => this.#register())
      leaseTelemetry().refresh()
    }
    this.#flushHook = onShutdownFlush(() => this.flushBeforeExit())
    if (!plan.isDisabled) process.on('beforeExit', this.#onBeforeExit)
    this.#ready = this.#metrics?.server?.listening ?? Promise.resolve()
    this.#ready.catch(error => {
      if (!this.#isReadyAsked) problems.report('prometheus: listen', describe(error))
    })
  }

  get prometheus(): PrometheusEndpoint | undefined {
    return this.#metrics?.server?.endpoint
  }

  get live(): LiveEndpoint | undefined {
    return this.#metrics?.server?.liveEndpoint
  }

  get ready(): Promise<void> {
    this.#isReadyAsked = true
    return this.#ready
  }

  get spans(): SpanCounts {
    return { ended: this.#spans?.ended ?? 0, delivered: this.#spans?.delivered ?? 0 }
  }

  async forceFlush(): Promise<void> {
    if (this.#shutdown !== undefined) return this.#shutdown
    if (this.#coolDown !== undefined) this.#resume()
    await this.#bounded(this.#timeoutMillis, () => this.#flush())
  }

  /** A flush after which nothing holds the program any more: what was not delivered in time is given up. */
  async flushBeforeExit(): Promise<void> {
    if (this.#shutdown !== undefined) return this.#shutdown
    const isDone = await this.#last(() => this.#flush())
    if (isDone) this.#resume()
    else this.#coolDownBy(setTimeout(() => this.#resume(), COOL_DOWN_MILLIS).unref())
  }

  shutdown(): Promise<void> {
    this.#shutdown ??= this.#end()
    return this.#shutdown
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown()
  }

  /**
   * The event loop has run empty. A flush fills it again, and Node asks once more: flushed again only if spans have ended,
   * or records were emitted, since. Not those of meanwhile: a program that ends one each time it is asked would be asked
   * for ever.
   */
  readonly #onBeforeExit = (): void => {
    if (this.#items === this.#flushedItems) return
    void this.flushBeforeExit().then(() => (this.#flushedItems = this.#items))
  }

  get #items(): number {
    return this.spans.ended + (this.#logs?.emitted ?? 0)
  }

  async #end(): Promise<void> {
    process.off('beforeExit', this.#onBeforeExit)
    this.#flushHook[Symbol.dispose]()
    await this.#last(() => this.#close())
    for (const delivery of this.#deliveries) delivery.close()
    this.#problems.summarize()
    this.#globals[Symbol.dispose]()
    leaseTelemetry().refresh()
    this.#onEnd()
  }

  async #flush(): Promise<void> {
    await Promise.all([this.#spans?.flush(), this.#metrics?.flush(), this.#logs?.flush()])
  }

  async #close(): Promise<void> {
    await Promise.all([this.#spans?.shutdown(), this.#metrics?.shutdown(), this.#logs?.shutdown()])
  }

  /** @returns whether nothing had to be given up. */
  async #last(work: () => Promise<unknown>): Promise<boolean> {
    this.#coolDownBy(undefined)
    for (const delivery of this.#deliveries) delivery.hurry()
    const isDown = this.#deliveries.some(delivery => delivery.isDown)
    const isDone = await this.#bounded(isDown ? this.#timeoutMillis / 2 : this.#timeoutMillis, work)
    if (isDone) return true
    for (const delivery of this.#deliveries) delivery.giveUp()
    // So that what is given up is counted before it is summed up.
    await within(GIVE_UP_MILLIS, Promise.all(this.#deliveries.map(delivery => delivery.settled())))
    return false
  }

  #resume(): void {
    this.#coolDownBy(undefined)
    for (const delivery of this.#deliveries) delivery.resume()
  }

  /** The one cool-down there is; undefined: none. */
  #coolDownBy(timer: NodeJS.Timeout | undefined): void {
    clearTimeout(this.#coolDown)
    this.#coolDown = timer
  }

  async #bounded(millis: number, work: () => Promise<unknown>): Promise<boolean> {
    try {
      const isDone = await within(millis, work())
      if (!isDone) this.#problems.report('flush: too slow', `telemetry: not delivered within ${millis} ms`)
      return isDone
    } catch (error) {
      this.#problems.report('flush: failed', `telemetry: a flush failed: ${describe(error)}`)
      return true
    }
  }

  get #deliveries(): Delivery[] {
    return [this.#spans, this.#metrics, this.#logs].flatMap(pipeline => pipeline?.deliveries ?? [])
  }

  #mayTake(name: 'trace' | 'metrics' | 'logs'): boolean {
    if (name === 'logs' ? !LogPipeline.isTaken : registered(name) === undefined) return true
    const what = name === 'trace' ? 'traces' : name
    this.#problems.report(
      `${what}: taken`,
      `${what}: another OpenTelemetry SDK is registered; it stays, and startTelemetry exports no ${what}`,
    )
    return false
  }

  #register(): void {
    this.#spans?.register()
    this.#logs?.register()
    if (this.#metrics !== undefined) metrics.setGlobalMeterProvider(this.#metrics.provider)
  }
}
