// Leases that are dropped, and leases that are not, under a collector that runs when told to. Prints JSON.
import { setImmediate as turn } from 'node:timers/promises'
import { leaseTelemetry, ResourceRegistry, withScope } from '@leasehold/core'

async function collectUntil(isSo) {
  const end = performance.now() + 10_000
  while (!isSo() && performance.now() < end) {
    // In another job than the question: whoever looks through a WeakRef holds what it sees until its job ends.
    await turn()
    globalThis.gc()
    await turn()
  }
}

const registry = new ResourceRegistry({ sampling: { gc: 1 } })
const cleaned = []
const told = []
registry.on('abandoned', event => told.push(event.id))
const options = { kind: 'k', name: 'dropped', cleanup: value => void cleaned.push(value) }
const drop = n => {
  for (let i = 0; i < n; i++) registry.track(i, options)
}
drop(10)
const kept = registry.track('kept', options)
await collectUntil(() => registry.stats().outcomes.abandoned === 10)
const dropped = registry.stats()
const report = await registry.drain()

const correct = new ResourceRegistry({ sampling: { gc: 1 } })
for (let i = 0; i < 100_000; i++) {
  void correct.track(i, { kind: 'k', name: 'correct', cleanup() {} }).release()
  if (i % 10_000 === 0) await turn()
}
for (let i = 0; i < 5; i++) {
  globalThis.gc()
  await turn()
}

// What a scope holds is held, though nobody else has its handle.
const scoped = new ResourceRegistry({ sampling: { gc: 1 } })
await withScope(
  async scope => {
    for (let i = 0; i < 3; i++) scope.track(i, { kind: 'k', name: 'scoped', cleanup() {} })
    for (let i = 0; i < 5; i++) {
      globalThis.gc()
      await turn()
    }
  },
  { registry: scoped },
)

// A registry that nobody holds any more: what it counted stays.
let gone
;(() => {
  const registry = new ResourceRegistry()
  for (let i = 0; i < 3; i++)
    void registry.track(i, { kind: 'gone', name: 'registry', cleanup() {} }).release()
  gone = new WeakRef(registry)
})()
await collectUntil(() => gone.deref() === undefined)
await turn()
const held = leaseTelemetry()
  .histograms()
  .find(each => each.name === 'leasehold.lease.duration')
  .points.find(point => point.attributes['leasehold.kind'] === 'gone')

console.log(
  JSON.stringify({
    dropped: { ...dropped.outcomes, live: dropped.live, told: told.length },
    kept: kept.state,
    clean: report.clean,
    cleaned: cleaned.length,
    afterwards: registry.stats().outcomes,
    scoped: scoped.stats().outcomes,
    correct: correct.stats().outcomes,
    gone: { isCollected: gone.deref() === undefined, counted: held?.count },
  }),
)
