import { logs } from '@opentelemetry/api-logs'
import type { Resource } from '@opentelemetry/resources'
import {
  BatchLogRecordProcessor,
  ConsoleLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs'
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs'
import type { Delivery } from './delivery.ts'
import { OtlpLogExporter } from './otlp/otlp-log-exporter.ts'
import type { ProblemLog } from './problem-log.ts'
import type { LogPlan } from './telemetry-plan.ts'

/** Where all copies of the logs API keep what is registered. */
const LOGS: unique symbol = Symbol.for('io.opentelemetry.js.api.logs')

export interface LogPipelineOptions {
  readonly plan: LogPlan
  readonly resource: Resource
  readonly stallMillis: number
  readonly problems: ProblemLog
}

/** From log records, such as the leak detector's alerts, to where they are told. */
export class LogPipeline {
  readonly deliveries: Delivery[] = []
  /** How many records were emitted. */
  emitted: number = 0
  readonly #provider: LoggerProvider
  #registered: unknown

  constructor({ plan, resource, stallMillis, problems }: LogPipelineOptions) {
    const processors: LogRecordProcessor[] = [this.#tally()]
    if (plan.otlp !== undefined) {
      const exporter = new OtlpLogExporter({ target: plan.otlp, stallMillis, problems })
      this.deliveries.push(exporter.queue)
      processors.push(new BatchLogRecordProcessor({ exporter }))
    }
    if (plan.console)
      processors.push(new SimpleLogRecordProcessor({ exporter: new ConsoleLogRecordExporter() }))
    this.#provider = new LoggerProvider({ resource, processors })
  }

  /** Whether somebody's is registered already. */
  static get isTaken(): boolean {
    return registered() !== undefined
  }

  /** With the logs API, for the whole process. */
  register(): void {
    logs.setGlobalLoggerProvider(this.#provider)
    this.#registered = registered()
  }

  async flush(): Promise<void> {
    await this.#provider.forceFlush()
    await this.#delivered()
  }

  async shutdown(): Promise<void> {
    if (this.#registered !== undefined && registered() === this.#registered) logs.disable()
    await this.#provider.shutdown()
    await this.#delivered()
  }

  async #delivered(): Promise<void> {
    await Promise.all(this.deliveries.map(delivery => delivery.settled()))
  }

  #tally(): LogRecordProcessor {
    const done = (): Promise<void> => Promise.resolve()
    return { onEmit: () => void this.emitted++, forceFlush: done, shutdown: done }
  }
}

function registered(): unknown {
  return (globalThis as { [LOGS]?: unknown })[LOGS]
}
