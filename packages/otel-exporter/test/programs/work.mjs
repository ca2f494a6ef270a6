// Knows nothing of telemetry: takes and releases some leases, and ends the way it is told.
import { trace } from '@opentelemetry/api'
import { installShutdown, ResourceRegistry } from '@leasehold/core'

const registry = new ResourceRegistry()
for (let i = 0; i < 20; i++) {
  await registry.track(i, { kind: 'k', name: 'n', cleanup: async () => {} }).release()
}
const way = process.argv[2]
if (way === 'code') process.exitCode = 6
if (way === 'throws') throw new Error('the program is broken')
if (way === 'ends a span each time') {
  process.on('beforeExit', () => trace.getTracer('test').startSpan('end').end())
}
if (way === 'watched') {
  const { onExit } = await import('signal-exit')
  onExit(() => {})
}
if (way === 'stays' || way === 'watched') {
  setInterval(() => {}, 1_000)
  console.log('ready')
}
if (way === 'listens') {
  const timer = setInterval(() => {}, 1_000)
  process.on('SIGTERM', () => {
    clearInterval(timer)
    process.exitCode = 5
  })
  console.log('ready')
}
if (way === 'shuts' || way === 'holds') {
  if (way === 'shuts') installShutdown({ registry })
  registry.track('held', { kind: 'k', name: 'held', cleanup: async () => {} })
  setInterval(() => {}, 1_000)
  console.log('ready')
}
