import { ExportResultCode } from '@opentelemetry/core'
import type { ExportResult } from '@opentelemetry/core'
import { JsonLogsSerializer, ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer'
import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { ProblemLog } from '../problem-log.ts'
import { DeliveryQueue } from './delivery-queue.ts'
import { readOtlpAnswer } from './otlp-answer.ts'
import { OtlpClient } from './otlp-client.ts'
import type { OtlpTarget } from './otlp-target.ts'

/** How many batches wait at most. Log records are alerts and the like: few. */
const MAX_BATCHES = 4

export interface OtlpLogExporterOptions {
  readonly target: OtlpTarget
  readonly stallMillis: number
  readonly problems: ProblemLog
}

/** Log records to an OTLP back end. */
export class OtlpLogExporter implements LogRecordExporter {
  readonly queue: DeliveryQueue<ReadableLogRecord[]>

  constructor({ target, stallMillis, problems }: OtlpLogExporterOptions) {
    const serializer = target.protocol === 'http/json' ? JsonLogsSerializer : ProtobufLogsSerializer
    this.queue = new DeliveryQueue({
      signal: 'logs',
      client: new OtlpClient(target, stallMillis),
      problems,
      maxBatches: MAX_BATCHES,
      countOf: records => records.length,
      serialize: records => serializer.serializeRequest(records),
      read: answer => readOtlpAnswer(ProtobufLogsSerializer, answer),
    })
  }

  export(records: ReadableLogRecord[], done: (result: ExportResult) => void): void {
    this.queue.push(records)
    done({ code: ExportResultCode.SUCCESS })
  }

  async forceFlush(): Promise<void> {
    await this.queue.settled()
  }

  async shutdown(): Promise<void> {
    await this.queue.settled()
  }
}
