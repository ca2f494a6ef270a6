/** Fastify that ends gracefully: requests are answered, then the pool drains, then telemetry is flushed. */
import { installShutdown, onShutdownFlush, ResourceRegistry } from '@leasehold/core'
import { outlivingFastify, startLeakDetector } from '@leasehold/leak-detector'
import { createPool } from '@leasehold/pool'
import fastify from 'fastify'

const app = fastify()
const connections = createPool(
  { create: async () => ({ query: async (text: string) => `answer to ${text}` }), destroy: async () => {} },
  { name: 'database', max: 2 },
)
startLeakDetector({ onAlert: alert => console.log(alert.text) })
// What is taken in a request has to be given back in it.
await app.register(outlivingFastify)
app.get('/orders', () => connections.use(connection => connection.query('orders')))

installShutdown({
  beforeDrain: async () => {
    await app.close()
    console.log('no more requests')
  },
})
const url = await app.listen({ port: 0, host: '127.0.0.1' })
console.log(await (await fetch(`${url}/orders`)).text())

// After the drain; the signal is raised again then, so there is no 'exit'.
onShutdownFlush(() => {
  const { live, acquired, outcomes } = ResourceRegistry.default.stats()
  console.log(`${acquired} acquired, ${outcomes.success} cleaned up, ${live} live`)
})
process.kill(process.pid, 'SIGTERM')
