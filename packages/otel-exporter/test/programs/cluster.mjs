// Two workers that each serve their metrics: on a port that the system chooses, or both on the first one's. The primary
// says what became of it.
import cluster from 'node:cluster'
import { startTelemetry } from '@leasehold/otel-exporter'

const isSame = process.argv[2] === 'the same'
const told = []

function fork(port) {
  cluster.fork({ PORT: String(port) }).on('message', result => {
    told.push(result)
    if (told.length === 1) return fork(isSame ? result.port : 0)
    console.log(JSON.stringify(told))
    for (const worker of Object.values(cluster.workers)) worker.kill('SIGKILL')
  })
}

if (cluster.isPrimary) fork(0)
else {
  const telemetry = startTelemetry({
    traces: 'none',
    metrics: { prometheus: { port: Number(process.env.PORT) } },
  })
  telemetry.ready.then(
    () => process.send({ port: telemetry.prometheus.port }),
    ({ code, message }) => process.send({ code, message }),
  )
}
