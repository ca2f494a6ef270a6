import { setTimeout as pause } from 'node:timers/promises'
import { ResourceRegistry } from '@leasehold/core'
import { alertmanager, slack, startLeakDetector, webhook, type Alert } from '../../src/index.ts'
import { Receiver } from '../sinks/receiver.ts'

/** Sinks whose other ends fail in every way: the program leaks, is told, and goes on as if they were not there. */
const { gc } = globalThis as { gc?: () => void }
const slow = await Receiver.http(response => void setTimeout(() => response.end(), 60_000).unref())
const broken = await Receiver.http(response => response.writeHead(500).end('no'.repeat(1_000)))
const malformed = await Receiver.raw('HTTP/9.9 what?\r\n\r\n')
const endless = await Receiver.http(response => {
  const more = (): void =>
    void (response.destroyed || response.write('x'.repeat(10_000), () => setImmediate(more)))
  more()
})
const gone = await Receiver.http(() => {})
await gone.close()
const limits = { timeoutMillis: 300, attempts: 2, queueLimit: 100 }
const http = [
  webhook({ url: `http://127.0.0.1:${gone.port}/`, ...limits }),
  slack({ url: `http://127.0.0.1:${slow.port}/`, ...limits }),
  webhook({ url: `http://127.0.0.1:${broken.port}/`, ...limits }),
  alertmanager({ url: `http://127.0.0.1:${malformed.port}/`, ...limits }),
  webhook({ url: `http://127.0.0.1:${endless.port}/`, ...limits }),
  webhook({ url: 'http://nowhere.invalid/', ...limits }),
]
const alerts: Alert[] = []
const registry = new ResourceRegistry()
const detector = startLeakDetector({
  registry,
  heldTooLongMillis: 1,
  sampling: { stacks: 1 },
  onAlert: alert => alerts.push(alert),
  sinks: [...http, { send: () => new Promise(() => {}) }, { send: () => void JSON.parse('{') }],
})
for (let i = 0; i < 1_000; i++) registry.track(i, { kind: 'k', name: 'n', cleanup: () => {} })
while (alerts.length === 0) await pause(20)

/** As many alerts as never come, at every sink. */
async function flood(rounds: number): Promise<number> {
  let longest = 0
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < 200; i++) for (const sink of http) sink.send(alerts[0]!)
    const before = performance.now()
    await pause(5)
    longest = Math.max(longest, performance.now() - before)
  }
  return longest
}

async function heap(): Promise<number> {
  for (const server of [slow, broken, endless]) server.received.length = 0
  for (let i = 0; i < 5; i++) {
    gc?.()
    await pause(10)
  }
  return process.memoryUsage().heapUsed
}

await flood(100)
const before = await heap()
const longestMillis = await flood(400)
const grownBytes = (await heap()) - before
const answer = await registry.track(1, { kind: 'k', name: 'n', cleanup: () => {} }).release()
detector.stop()
console.log(
  JSON.stringify({
    grownBytes,
    longestMillis,
    answer: answer === undefined,
    sent: http.map(({ stats }) => stats.sent),
    waiting: http.map(({ stats }) => stats.waiting),
    lost: http.every(({ stats }) => stats.dropped > 0),
  }),
)
for (const server of [slow, broken, malformed, endless]) await server[Symbol.asyncDispose]()
