import { ResourceRegistry } from '@leasehold/core'
import { startLeakDetector, type LeakEvent } from '../../src/index.ts'

/** Random programs with ground truth: what is dropped must be found, and nothing else. */
const registry = new ResourceRegistry()
const detector = startLeakDetector({ registry, preset: 'test' })
const told: LeakEvent[] = []
detector.on('leak', event => told.push(event))
const kept: unknown[] = []
const dropped = new Set<number>()

function program(): void {
  for (let i = 0; i < 50; i++) {
    const lease = registry.track(
      { i },
      { kind: 'k', name: 'n', cleanup: () => {}, leakThresholdMillis: false },
    )
    const fate = Math.random()
    if (fate < 0.1) dropped.add(lease.id)
    else if (fate < 0.2) kept.push(lease)
    else void lease.release()
  }
}

const programs = 100
for (let i = 0; i < programs; i++) program()
const collect = (globalThis as { gc?: () => void }).gc!
const until = Date.now() + 20_000
while (told.length < dropped.size && Date.now() < until) {
  collect()
  await new Promise(resolve => setTimeout(resolve, 20))
}
// Time for what would be too much.
for (let i = 0; i < 20; i++) {
  collect()
  await new Promise(resolve => setTimeout(resolve, 60))
}
const found = told.filter(({ reason, lease }) => reason === 'abandoned' && dropped.has(lease.id))
console.log(
  JSON.stringify({
    programs,
    dropped: dropped.size,
    found: new Set(found.map(({ lease }) => lease.id)).size,
    invented: told.length - found.length,
    withStack: found.filter(({ lease }) => lease.stack?.includes('collected.ts')).length,
    kept: kept.length > 0,
  }),
)
detector.stop()
