import assert from 'node:assert/strict'
import { JsonTraceSerializer, ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer'
import { partialSuccess } from '../../src/otlp/partial-success.ts'

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))

describe('partial success', () => {
  for (const [title, body, expected] of [
    ['nothing', Buffer.alloc(0), undefined],
    ['an empty object', json({}), undefined],
    ['an empty partial success', json({ partialSuccess: {} }), undefined],
    ['none rejected', json({ partialSuccess: { rejectedSpans: 0 } }), undefined],
    ['three rejected', json({ partialSuccess: { rejectedSpans: '3' } }), '3 rejected'],
    ['a reason', json({ partialSuccess: { rejectedSpans: 1, errorMessage: 'old' } }), '1 rejected: old'],
    ['a warning only', json({ partialSuccess: { errorMessage: 'soon' } }), '0 rejected: soon'],
    ['garbage', Buffer.from('\u0007{'), undefined],
  ] as const) {
    it(`reads ${title}`, () => assert.equal(partialSuccess(JsonTraceSerializer, body), expected))
  }

  it('reads protobuf, and survives what is none', () => {
    const answer = Buffer.from([0x0a, 0x07, 0x08, 0x02, 0x12, 0x03, 0x6f, 0x6c, 0x64])
    assert.equal(partialSuccess(ProtobufMetricsSerializer, answer), '2 rejected: old')
    assert.doesNotThrow(() => partialSuccess(ProtobufMetricsSerializer, Buffer.from('<html>')))
  })
})
