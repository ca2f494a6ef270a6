import { ExportResultCode } from '@opentelemetry/core'
import type { ExportResult } from '@opentelemetry/core'
import { JsonMetricsSerializer, ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer'
import type {
  AggregationTemporality,
  InstrumentType,
  PushMetricExporter,
  ResourceMetrics,
} from '@opentelemetry/sdk-metrics'
import type { ProblemLog } from '../problem-log.ts'
import { DeliveryQueue } from './delivery-queue.ts'
import { readOtlpAnswer } from './otlp-answer.ts'
import { OtlpClient } from './otlp-client.ts'
import type { OtlpTarget } from './otlp-target.ts'
import { temporalityOf, type TemporalityPreference } from './temporality.ts'

/** Collections that may wait for a slow back end. */
const MAX_WAITING = 4

export interface OtlpMetricExporterOptions {
  readonly target: OtlpTarget
  readonly temporality: TemporalityPreference
  readonly stallMillis: number
  readonly problems: ProblemLog
}

/** Metrics to an OTLP back end, such as Prometheus' own receiver or a Collector. */
export class OtlpMetricExporter implements PushMetricExporter {
  readonly queue: DeliveryQueue<ResourceMetrics>
  readonly #temporality: TemporalityPreference

  constructor({ target, temporality, stallMillis, problems }: OtlpMetricExporterOptions) {
    const serializer = target.protocol === 'http/json' ? JsonMetricsSerializer : ProtobufMetricsSerializer
    this.#temporality = temporality
    this.queue = new DeliveryQueue({
      signal: 'metrics',
      client: new OtlpClient(target, stallMillis),
      problems,
      maxBatches: MAX_WAITING,
      countOf: () => 1,
      serialize: collected => serializer.serializeRequest(collected),
      read: answer => readOtlpAnswer(ProtobufMetricsSerializer, answer),
    })
  }

  export(collected: ResourceMetrics, done: (result: ExportResult) => void): void {
    this.queue.push(collected)
    done({ code: ExportResultCode.SUCCESS })
  }

  selectAggregationTemporality(type: InstrumentType): AggregationTemporality {
    return temporalityOf(this.#temporality, type)
  }

  async forceFlush(): Promise<void> {
    await this.queue.settled()
  }

  async shutdown(): Promise<void> {
    await this.queue.settled()
  }
}
