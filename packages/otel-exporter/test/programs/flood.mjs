// Makes spans by the hundred thousand while nobody takes them, and says how much memory that has cost.
import { trace } from '@opentelemetry/api'
import { startTelemetry } from '@leasehold/otel-exporter'

const telemetry = startTelemetry({ metrics: 'none', shutdownTimeoutMillis: 100 })
const tracer = trace.getTracer('flood')

async function flood(spans) {
  for (let i = 0; i < spans; i++) {
    tracer.startSpan('span', { attributes: { i, text: `some text of number ${i}` } }).end()
    if (i % 100 === 0) await new Promise(resolve => setImmediate(resolve))
  }
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

// Until all queues are full.
const before = await flood(20_000)
const after = await flood(180_000)
console.log(JSON.stringify({ grownBytes: after - before }))
console.log('done')
await telemetry.shutdown()
