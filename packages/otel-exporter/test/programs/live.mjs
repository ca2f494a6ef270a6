// Has its own live page watched by another process, and comes to its end while it is.
import { spawn } from 'node:child_process'
import { startTelemetry } from '@leasehold/otel-exporter'

const [way] = process.argv.slice(2)
const options = way === 'option' ? { metrics: { prometheus: { port: 0 } }, live: true } : {}
const telemetry = startTelemetry(options)
await telemetry.ready
const watcher = `
  require('node:http').get(process.argv[1], response => {
    response.once('data', () => console.log('watching'))
    response.on('error', () => {})
  })`
const child = spawn(process.execPath, ['-e', watcher, `${telemetry.live.url}live/events`], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
await new Promise(resolve => child.stdout.once('data', resolve))
child.stdout.destroy()
child.unref()
console.log('watched')
for await (const _ of process.stdin);
console.log('done')
