// Mappings and views that are dropped, under a collector that runs when told to. Prints JSON.
import { readFileSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { ResourceRegistry } from '@leasehold/core'
import { mapFileSync } from '@leasehold/mmap'

const [, , path, fallback] = process.argv
const registry = new ResourceRegistry({ sampling: { gc: false } })
const told = []
registry.on('abandoned', event => told.push(event.kind))
const open = () =>
  readFileSync('/proc/self/maps', 'utf8')
    .split('\n')
    .filter(line => line.endsWith(path)).length

;(() => {
  for (let i = 0; i < 10; i++) {
    const mapping = mapFileSync(path, { registry, fallback })
    mapping.u8(0)
    if (i % 2 === 0 && mapping.backend === 'mmap') void mapping.lease(0, 10).value
  }
})()
const before = open()
for (let i = 0; i < 200 && registry.stats().live > 0; i++) {
  await turn()
  globalThis.gc()
  await turn()
}
for (let i = 0; i < 200 && open() > 0; i++) {
  await turn()
  globalThis.gc()
  await turn()
}
const { groups, live } = registry.stats()
console.log(
  JSON.stringify({
    before,
    after: open(),
    live,
    abandoned: Object.fromEntries(groups.map(group => [group.kind, group.outcomes.abandoned])),
    told: told.length,
    drained: (await registry.drain()).clean,
  }),
)
