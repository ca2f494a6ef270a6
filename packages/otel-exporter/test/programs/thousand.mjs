// Holds a thousand resources, each of a name of its own, shown on its live page until it is told to end.
import { ResourceRegistry } from '@leasehold/core'
import { startTelemetry } from '@leasehold/otel-exporter'

// Kept: what is collected is no longer held.
const leases = Array.from({ length: 1_000 }, (_, i) =>
  ResourceRegistry.default.track({}, { kind: 'test', name: `thing ${i}`, cleanup() {} }),
)
const telemetry = startTelemetry({ traces: 'none', metrics: { prometheus: { port: 0 } }, live: true })
await telemetry.ready
console.log(telemetry.live.url)
console.log('ready')
for await (const _ of process.stdin);
await telemetry.shutdown()
await Promise.all(leases.map(lease => lease.release()))
