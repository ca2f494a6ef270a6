import {
  BatchSpanProcessor,
  ConsoleSpanExporter,
  NodeTracerProvider,
  ParentBasedSampler,
  SimpleSpanProcessor,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node'
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core'
import type { TextMapPropagator } from '@opentelemetry/api'
import type { SpanProcessor } from '@opentelemetry/sdk-trace-node'
import type { Resource } from '@opentelemetry/resources'
import { OtlpSpanExporter } from './otlp/otlp-span-exporter.ts'
import type { Delivery } from './delivery.ts'
import type { ProblemLog } from './problem-log.ts'
import type { Propagator, SpanPlan } from './telemetry-plan.ts'

export interface SpanPipelineOptions {
  readonly plan: SpanPlan
  readonly resource: Resource
  readonly stallMillis: number
  readonly problems: ProblemLog
}

/** From spans that end to where they are told. */
export class SpanPipeline {
  readonly provider: NodeTracerProvider
  readonly deliveries: Delivery[] = []
  /** How many recorded spans have ended. */
  ended: number = 0
  readonly #processors: SpanProcessor[] = []
  readonly #propagators: readonly Propagator[]

  constructor({ plan, resource, stallMillis, problems }: SpanPipelineOptions) {
    const { otlp: target, ratio, queueSize, batchSize, delayMillis } = plan
    this.#propagators = plan.propagators
    if (target !== undefined) {
      const maxBatches = Math.ceil(queueSize / batchSize)
      const exporter = new OtlpSpanExporter({ target, maxBatches, stallMillis, problems })
      this.deliveries.push(exporter.queue)
      this.#processors.push(
        new BatchSpanProcessor(exporter, {
          maxQueueSize: queueSize,
          maxExportBatchSize: batchSize,
          scheduledDelayMillis: delayMillis,
        }),
      )
    }
    if (plan.console) this.#processors.push(new SimpleSpanProcessor(new ConsoleSpanExporter()))
    this.provider = new NodeTracerProvider({
      resource,
      spanProcessors: [...this.#processors, this.#tally()],
      ...(ratio === undefined
        ? {}
        : { sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }) }),
    })
  }

  /** With the OpenTelemetry API, for the whole process. */
  register(): void {
    const propagators = this.#propagators.map(propagator)
    this.provider.register({ propagator: new CompositePropagator({ propagators }) })
  }

  /** How many the back end has acknowledged. */
  get delivered(): number {
    return this.deliveries.reduce((sum, delivery) => sum + delivery.delivered, 0)
  }

  async flush(): Promise<void> {
    await Promise.all(this.#processors.map(processor => processor.forceFlush()))
    await this.#delivered()
  }

  async shutdown(): Promise<void> {
    await this.provider.shutdown()
    await this.#delivered()
  }

  async #delivered(): Promise<void> {
    await Promise.all(this.deliveries.map(delivery => delivery.settled()))
  }

  #tally(): SpanProcessor {
    const done = (): Promise<void> => Promise.resolve()
    return { onStart: () => {}, onEnd: () => void this.ended++, forceFlush: done, shutdown: done }
  }
}

function propagator(name: Propagator): TextMapPropagator {
  return name === 'baggage' ? new W3CBaggagePropagator() : new W3CTraceContextPropagator()
}
