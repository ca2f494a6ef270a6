// Makes spans, has them exported at once, and comes to its end the way it is told while an export is under way.
import { trace } from '@opentelemetry/api'
import { ResourceRegistry } from '@leasehold/core'

const [way, bytes = '0'] = process.argv.slice(2)
const telemetry =
  way === 'shutdown' || way === 'forgets'
    ? (await import('@leasehold/otel-exporter')).startTelemetry({ shutdownTimeoutMillis: 1_000 })
    : undefined

await new ResourceRegistry().track(1, { kind: 'k', name: 'n', cleanup: async () => {} }).release()
const text = 'x'.repeat(Number(bytes))
for (let i = 0; i < 20; i++) {
  trace.getTracer('test').startSpan(`span ${i}`, { attributes: { text } }).end()
}
console.log('working')
// Until the test has seen the export at its back end.
for await (const _ of process.stdin);
process.exitCode = 6
console.log('done')
if (way === 'shutdown') await telemetry.shutdown()
