// Pools of database connections whose figures are known.
import { setTimeout as pause } from 'node:timers/promises'
import { createPool as createCompatible } from '@leasehold/pool/generic-pool'
import { createPool } from '@leasehold/pool'
import { startTelemetry } from '@leasehold/otel-exporter'

const telemetry = startTelemetry({
  serviceName: 'database-program',
  traces: 'none',
  metrics: { prometheus: { port: 0 } },
})
await telemetry.ready

const factory = { create: async () => ({}), destroy: async () => {} }
const database = { system: 'postgresql', namespace: 'shop', serverAddress: 'db', serverPort: 5432 }
const orders = createPool(factory, { name: 'orders-db', max: 3, min: 1, database })
await orders.warmUp()
const held = [await orders.acquire(), await orders.acquire(), await orders.acquire()]
await orders.acquire({ timeoutMillis: 20 }).catch(() => {})
await held.pop().release()
for (let i = 0; i < 4; i++) await orders.use(async () => pause(2))
await held.pop().destroy()
void (await orders.acquire())
void (await orders.acquire())
void orders.acquire()

// Without a name it has the database's; a plain pool beside it has none of it.
await createCompatible(factory, { database }).acquire()
await createPool(factory, { name: 'plain' }).acquire()

console.log(JSON.stringify({ target: new URL(telemetry.prometheus.url).host }))
// Until it is told to go.
process.stdin.resume()
await new Promise(resolve => process.stdin.once('end', resolve))
await telemetry.shutdown()
process.exit(0)
