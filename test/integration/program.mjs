// A scripted program of leases whose figures are known: what a back end shows must equal what it prints.
import { setTimeout as pause } from 'node:timers/promises'
import { context, SpanStatusCode, trace } from '@opentelemetry/api'
import { ResourceRegistry } from '@leasehold/core'
import { startTelemetry } from '@leasehold/otel-exporter'

const tracesUrl = process.argv[2]
const telemetry = startTelemetry({
  serviceName: 'scripted-program',
  traces: tracesUrl === undefined ? 'none' : { otlp: tracesUrl },
  metrics: { prometheus: { port: 0 } },
})
await telemetry.ready

const registry = new ResourceRegistry({ cleanupTimeoutMillis: 50, cleanupGraceMillis: 10 })
const take = (name, cleanup, more = {}) =>
  registry.track(name, { kind: 'scripted.resource', name, cleanup, ...more })

const tracer = trace.getTracer('scripted')
const request = tracer.startSpan('request')
await context.with(trace.setSpan(context.active(), request), async () => {
  for (let i = 0; i < 7; i++) await take('ok', () => {}).release()
  for (let i = 0; i < 3; i++) {
    await take('broken', async () => {
      throw new RangeError('broken')
    })
      .release()
      .catch(() => {})
  }
  await take('hung', () => new Promise(() => {}))
    .release()
    .catch(() => {})
  await take('queued', async () => {}, { strategy: 'background' }).release()
  await take('by-force', () => {}, { strategy: 'forced', force: () => {} }).release()
  take('held', () => {})
  take('held', () => {})
})
request.setStatus({ code: SpanStatusCode.UNSET })
request.end()
// The background one has ended, and the hung one is out of its grace.
while (registry.stats().releasing > 0 || registry.stats().quarantined < 1) await pause(5)
await telemetry.forceFlush()
const { url } = telemetry.prometheus
console.log(JSON.stringify({ target: new URL(url).host, stats: registry.stats(), spans: telemetry.spans }))
// Until it is told to go.
process.stdin.resume()
await new Promise(resolve => process.stdin.once('end', resolve))
await telemetry.shutdown()
process.exit(0)
