// Knows nothing of telemetry: `--import @leasehold/otel-exporter/register` brings it.
import { ResourceRegistry } from '@leasehold/core'

const lease = ResourceRegistry.default.track({}, { kind: 'file', name: 'report', cleanup: () => {} })
await lease.release()
const answer = await fetch(`http://127.0.0.1:${process.env.OTEL_EXPORTER_PROMETHEUS_PORT}/metrics`)
console.log(await answer.text())
