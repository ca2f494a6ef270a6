import { context, metrics, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  MeterProvider,
  MetricReader,
  type MetricData,
} from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
  type Sampler,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base'

class Reader extends MetricReader {
  constructor() {
    super({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE })
  }

  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/** A metrics SDK, registered, whose figures can be asked for. */
export class MetricsSdk implements Disposable {
  readonly #reader: Reader = new Reader()

  constructor() {
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [this.#reader] }))
  }

  /** What Leasehold's meter gives, by metric name. */
  async collect(): Promise<Map<string, MetricData>> {
    const { resourceMetrics } = await this.#reader.collect()
    const scope = resourceMetrics.scopeMetrics.find(({ scope: { name } }) => name === '@leasehold/core')
    return new Map((scope?.metrics ?? []).map(metric => [metric.descriptor.name, metric]))
  }

  [Symbol.dispose](): void {
    metrics.disable()
  }
}

/** A tracing SDK, registered, whose ended spans can be looked at. */
export class TracingSdk implements Disposable {
  readonly #exporter: InMemorySpanExporter = new InMemorySpanExporter()

  constructor(options: { sampler?: Sampler; processors?: SpanProcessor[] } = {}) {
    const { sampler, processors = [] } = options
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    trace.setGlobalTracerProvider(
      new BasicTracerProvider({
        spanProcessors: [...processors, new SimpleSpanProcessor(this.#exporter)],
        ...(sampler === undefined ? {} : { sampler }),
      }),
    )
  }

  get spans(): ReadableSpan[] {
    return this.#exporter.getFinishedSpans()
  }

  [Symbol.dispose](): void {
    trace.disable()
    context.disable()
  }
}
