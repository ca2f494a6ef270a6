// Two workers that each serve their metrics on a port that the system chooses; the primary says which.
import cluster from 'node:cluster'
import { startTelemetry } from '@leasehold/otel-exporter'

if (cluster.isPrimary) {
  const ports = []
  for (let i = 0; i < 2; i++) {
    cluster.fork().on('message', port => {
      ports.push(port)
      if (ports.length < 2) return
      console.log(JSON.stringify(ports))
      for (const worker of Object.values(cluster.workers)) worker.kill('SIGKILL')
    })
  }
} else {
  const telemetry = startTelemetry({ traces: 'none', metrics: { prometheus: { port: 0 } } })
  await telemetry.ready
  process.send(telemetry.prometheus.port)
}
