// Asks for its own live page as a browser does, and prints the status of each file.
import { startTelemetry } from '@leasehold/otel-exporter'

const telemetry = startTelemetry({ traces: 'none', metrics: { prometheus: { port: 0 } }, live: true })
await telemetry.ready
const statuses = {}
const wanted = ['']
for (const name of wanted) {
  const answer = await fetch(telemetry.live.url + name)
  statuses[name] = answer.status
  const text = await answer.text()
  const named = [...text.matchAll(/(?:href|src)="(live\/[^"]+)"/g)].map(([, path]) => path)
  const imported = [...text.matchAll(/from '\.\/([^']+)'/g)].map(([, module]) => `live/${module}`)
  for (const path of [...named, ...imported]) if (!wanted.includes(path)) wanted.push(path)
}
console.log(JSON.stringify(statuses))
await telemetry.shutdown()
