import { metrics } from '@opentelemetry/api'
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node'

/**
 * Event loop, heap and garbage collection by OpenTelemetry's own instrumentation, and the resident memory, which it does
 * not tell. To be called when the telemetry has been started.
 */
export function observeRuntime(): void {
  const runtime = new RuntimeNodeInstrumentation()
  runtime.setMeterProvider(metrics.getMeterProvider())
  metrics
    .getMeter('runtime-metrics')
    .createObservableUpDownCounter('process.memory.usage', {
      unit: 'By',
      description: 'The amount of physical memory in use.',
    })
    .addCallback(result => result.observe(process.memoryUsage.rss()))
}
