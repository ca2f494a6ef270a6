/** An HTTP server that asks another one through a pool of undici's clients: bounded, fair, each loan a lease. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isLeaseholdError } from '@leasehold/core'
import { createPool } from '@leasehold/pool'
import { Client } from 'undici'

const upstream = createServer((request, response) => response.end(`price of ${request.url}`))
const origin = await listening(upstream)

const clients = createPool(
  { create: async () => new Client(origin), destroy: client => client.close() },
  { name: 'prices', max: 4, acquireTimeoutMillis: 1_000 },
)
const shop = createServer((request, response) => {
  clients
    .use(async client => (await client.request({ path: request.url ?? '/', method: 'GET' })).body.text())
    .then(
      text => response.end(text),
      // Too many wait, or nobody answers: say so, instead of hanging.
      (error: unknown) => response.writeHead(isLeaseholdError(error) ? 503 : 502).end(),
    )
})
const url = await listening(shop)

const answers = await Promise.all(
  Array.from({ length: 100 }, async (_, i) => (await fetch(`${url}/${i}`)).text()),
)
console.log(`${answers.length} answers, the last: ${answers.at(-1)}`)
console.log(`at most 4 clients: ${clients.status().size <= 4}`)

shop.close()
shop.closeAllConnections()
console.log(`drained: ${(await clients.drain()).clean}`)
upstream.close()

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
