import assert from 'node:assert/strict'
import { ResourceRegistry } from '@leasehold/core'
import { startLeakDetector } from '@leasehold/leak-detector'
import { startTelemetry } from '@leasehold/otel-exporter'
import { OtlpReceiver } from '../../packages/otel-exporter/test/support/otlp-receiver.ts'

describe('a leak, told as a log record', () => {
  it('reaches an OTLP back end, with where it was taken', async () => {
    await using receiver = await OtlpReceiver.start()
    const arrived = new Promise<void>(resolve => (receiver.taken = resolve))
    const logs = { otlp: `${receiver.url}/v1/logs`, protocol: 'http/json' } as const
    await using telemetry = startTelemetry({ traces: 'none', metrics: 'none', logs })
    await telemetry.ready
    const registry = new ResourceRegistry()
    using detector = startLeakDetector({ registry, preset: 'test', heldTooLongMillis: 50 })
    // Kept: the collector would make another rule of it.
    const leaked = registry.track(1, { kind: 'test.resource', name: 'leaked', cleanup: () => {} })
    await arrived
    const [sent] = receiver.exports
    assert.equal(sent?.path, '/v1/logs')
    const text = sent.body.toString('utf8')
    assert.match(text, /"eventName":"leasehold\.alert"/)
    assert.match(text, /test\.resource \\"leaked\\": 1 lease held too long/)
    assert.match(text, /leak-logs\.test\.ts/)
    assert.equal(detector.report().activeAlerts.length, 1)
    await leaked.release()
  }).timeout(20_000)
})
