// Does its work in a thread, which inherits `--import`.
import { once } from 'node:events'
import { isMainThread, Worker } from 'node:worker_threads'
import { ResourceRegistry } from '@leasehold/core'

const name = isMainThread ? 'main' : 'worker'
await new ResourceRegistry().track(1, { kind: 'k', name, cleanup: async () => {} }).release()
if (isMainThread) {
  const [code] = await once(new Worker(new URL(import.meta.url)), 'exit')
  console.log(`worker ended with ${code}`)
}
