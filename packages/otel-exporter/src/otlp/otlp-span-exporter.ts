import { ExportResultCode } from '@opentelemetry/core'
import type { ExportResult } from '@opentelemetry/core'
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node'
import type { ProblemLog } from '../problem-log.ts'
import { readOtlpAnswer } from './otlp-answer.ts'
import { DeliveryQueue } from './delivery-queue.ts'
import { OtlpClient } from './otlp-client.ts'
import type { OtlpTarget } from './otlp-target.ts'

export interface OtlpSpanExporterOptions {
  readonly target: OtlpTarget
  readonly maxBatches: number
  readonly stallMillis: number
  readonly problems: ProblemLog
}

/** Spans to an OTLP back end, such as Jaeger. */
export class OtlpSpanExporter implements SpanExporter {
  readonly queue: DeliveryQueue<ReadableSpan[]>

  constructor({ target, maxBatches, stallMillis, problems }: OtlpSpanExporterOptions) {
    const serializer = target.protocol === 'http/json' ? JsonTraceSerializer : ProtobufTraceSerializer
    this.queue = new DeliveryQueue({
      signal: 'traces',
      client: new OtlpClient(target, stallMillis),
      problems,
      maxBatches,
      countOf: spans => spans.length,
      serialize: spans => serializer.serializeRequest(spans),
      read: answer => readOtlpAnswer(ProtobufTraceSerializer, answer),
    })
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.queue.push(spans)
    done({ code: ExportResultCode.SUCCESS })
  }

  async forceFlush(): Promise<void> {
    await this.queue.settled()
  }

  async shutdown(): Promise<void> {
    await this.queue.settled()
  }
}
