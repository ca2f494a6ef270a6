// Knows nothing of telemetry: counts in a worker thread, and ends.
import { once } from 'node:events'
import { isMainThread, Worker } from 'node:worker_threads'
import { metrics, trace } from '@opentelemetry/api'

const conditions = process.execArgv.filter(flag => flag.startsWith('--conditions='))
if (!isMainThread) {
  // A worker inherits --import, but not what makes it read TypeScript.
  if (conditions.length > 0) (await import('tsx/esm/api')).register()
  await import('@leasehold/otel-exporter/register')
}
const where = isMainThread ? 'main' : 'worker'
metrics.getMeter('test').createCounter(`counted.in.${where}`).add(1)
trace.getTracer('test').startSpan(`span in ${where}`).end()
if (isMainThread) {
  await once(new Worker(new URL(import.meta.url), { execArgv: conditions }), 'exit')
}
