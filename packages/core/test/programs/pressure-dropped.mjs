import { MemoryPressureMonitor, onPressure } from '@leasehold/core'

/** Owners that are dropped without a word; then a monitor that has lost all its listeners so. */
const warnings = []
process.on('warning', ({ name }) => warnings.push(name))

const timers = new Set()
const clock = {
  now: () => 0,
  setTimeout: fn => (timers.add(fn), fn),
  clearTimeout: fn => timers.delete(fn),
}
const monitor = new MemoryPressureMonitor({ clock, sources: [] })
let calls = 0
for (let i = 0; i < 10_000; i++) onPressure(monitor, { i }, () => void calls++)
const listened = timers.size

for (let round = 0; round < 50 && timers.size > 0; round++) {
  await new Promise(resolve => setImmediate(resolve))
  globalThis.gc()
}
monitor.relieve()

// Listening to the process's own monitor keeps nobody from ending.
onPressure(MemoryPressureMonitor.default, clock, () => {})
console.log(JSON.stringify({ listened, timers: timers.size, calls, warnings }))
