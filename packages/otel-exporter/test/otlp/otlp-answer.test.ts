import assert from 'node:assert/strict'
import { ProtobufMetricsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { readOtlpAnswer } from '../../src/otlp/otlp-answer.ts'
import type { OtlpAnswer } from '../../src/otlp/otlp-answer.ts'

function read(
  body: string | Buffer,
  contentType?: string,
  serializer: Pick<typeof ProtobufTraceSerializer, 'deserializeResponse'> = ProtobufTraceSerializer,
): OtlpAnswer {
  const bytes = Buffer.from(body)
  return readOtlpAnswer(serializer, { status: 200, retryAfter: undefined, contentType, body: bytes })
}

/** `{ rejected: 2, message: 'old' }` */
const PROTOBUF = Buffer.from([0x0a, 0x07, 0x08, 0x02, 0x12, 0x03, 0x6f, 0x6c, 0x64])

describe('the answer to an export', () => {
  for (const [title, body, rejected, message] of [
    ['nothing', '', 0, ''],
    ['an empty object', '{}', 0, ''],
    ['no partial success', '{"partialSuccess":null}', 0, ''],
    ['an empty partial success', '{"partialSuccess":{}}', 0, ''],
    ['none rejected', '{"partialSuccess":{"rejectedSpans":0}}', 0, ''],
    ['three rejected', '{"partialSuccess":{"rejectedSpans":"3"}}', 3, ''],
    ['data points rejected', '{"partialSuccess":{"rejectedDataPoints":4}}', 4, ''],
    ['a reason', '{"partialSuccess":{"rejectedSpans":1,"errorMessage":"old"}}', 1, 'old'],
    ['a warning only', ' {"partialSuccess":{"errorMessage":"soon"}}\n', 0, 'soon'],
    ['what makes no sense', '{"partialSuccess":{"rejectedSpans":"x","errorMessage":7}}', 0, ''],
    ['protobuf', PROTOBUF, 2, 'old'],
    ['empty protobuf', Buffer.from([0x0a, 0]), 0, ''],
  ] as const) {
    for (const type of [undefined, 'text/plain; charset=utf-8', 'application/octet-stream']) {
      it(`is read by what it is: ${title}, said to be ${type}`, () => {
        assert.deepEqual(read(Buffer.from(body), type), { rejected, message })
      })
    }
  }

  it('is read as of metrics', () => {
    assert.equal(read(PROTOBUF, 'application/x-protobuf', ProtobufMetricsSerializer).rejected, 2)
  })

  for (const [body, type] of [
    ['<!doctype html><title>Welcome</title>', 'text/html; charset=utf-8'],
    [`\n<html>${' '.repeat(80)}</html>`, undefined],
    ['{"a":', 'application/json'],
    ['null', 'application/json'],
    ['OK', 'text/plain'],
    ['A OK and more', undefined],
    ['\u0007{', undefined],
    [Buffer.from([0x0a, 0x50, 0x08]), 'application/x-protobuf'],
  ] as const) {
    it(`is no OTLP: ${JSON.stringify(String(body).trim().slice(0, 20))}, said to be ${type}`, () => {
      assert.throws(() => read(Buffer.from(body), type), /is no OTLP back end \(.+\): is the URL right\?/)
    })
  }
})
