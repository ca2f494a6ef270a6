// Views whose mapping nobody has any more, under a collector that runs when told to. Prints JSON.
import { setImmediate as turn } from 'node:timers/promises'
import { ResourceRegistry } from '@leasehold/core'
import { mapFileSync } from '@leasehold/mmap'

const [, , path] = process.argv
const registry = new ResourceRegistry()
const lend = () => mapFileSync(path, { registry }).lease(0, 4)
const view = lend()
const bytes = (() => lend().value)()
for (let i = 0; i < 20; i++) {
  await turn()
  globalThis.gc()
}
const { live } = registry.stats()
console.log(
  JSON.stringify({ view: String(Buffer.from(view.value)), bytes: String(Buffer.from(bytes)), live }),
)
