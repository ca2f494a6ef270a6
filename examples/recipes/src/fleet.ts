/** Processes of one service, each scraped on a port of its own: what is summed over them, and what is not. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { ResourceRegistry } from '@leasehold/core'
import { startTelemetry } from '@leasehold/otel-exporter'

if (process.send === undefined) {
  const workers = Array.from({ length: 3 }, (_, i) => fork(new URL(import.meta.url), [`worker-${i}`]))
  const urls = await Promise.all(
    workers.map(async worker => ((await once(worker, 'message')) as [string])[0]),
  )
  // Prometheus does this: one job, three instances.
  const pages = await Promise.all(urls.map(async url => (await fetch(url)).text()))
  const live = pages.map(page => Number(/^leasehold_lease_active{.*} (\d+)/m.exec(page)?.[1]))
  console.log(`live by instance: ${live.join(', ')}`)
  console.log(`sum by (leasehold_kind): ${live.reduce((sum, each) => sum + each, 0)}`)
  const instances = new Set(pages.map(page => /service_instance_id="([^"]+)"/.exec(page)?.[1]))
  console.log(`each tells itself apart: ${instances.size === 3 && !instances.has(undefined)}`)
  await Promise.all(workers.map(worker => (worker.send('end'), once(worker, 'exit'))))
} else {
  const telemetry = startTelemetry({
    serviceName: 'fleet',
    traces: 'none',
    metrics: { prometheus: { port: 0 } },
  })
  await telemetry.ready
  const leases = [1, 2].map(i =>
    ResourceRegistry.default.track(i, { kind: 'demo.thing', name: 'held', cleanup: () => {} }),
  )
  process.send(telemetry.prometheus!.url)
  await once(process, 'message')
  for (const lease of leases) await lease.release()
  await telemetry.shutdown()
  process.disconnect()
}
