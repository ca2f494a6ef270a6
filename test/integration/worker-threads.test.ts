import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { freePort } from '../backends/daemon.ts'

const program = fileURLToPath(new URL('worker.mjs', import.meta.url))

// Against the built packages: a loader of TypeScript does not reach what a thread imports first.
describe('worker threads of a program started with --import', () => {
  it('deliver their own spans, and the port is opened once', async () => {
    let bodies = ''
    const backEnd = createServer((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => (bodies += text))
      request.on('end', () => response.end('{}'))
    })
    backEnd.listen(0, '127.0.0.1')
    await once(backEnd, 'listening')
    try {
      const child = spawn(process.execPath, ['--import', '@leasehold/otel-exporter/register', program], {
        cwd: fileURLToPath(new URL('..', import.meta.url)),
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...process.env,
          OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(backEnd.address() as AddressInfo).port}`,
          OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
          OTEL_EXPORTER_PROMETHEUS_PORT: String(await freePort()),
        },
      })
      let output = ''
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => (output += text))
      }
      const [code] = (await once(child, 'close')) as [number]
      assert.deepEqual([code, output], [0, 'worker ended with 0\n'])
      for (const name of ['main', 'worker']) assert.ok(bodies.includes(`"stringValue":"${name}"`), name)
    } finally {
      backEnd.closeAllConnections()
      backEnd.close()
    }
  })
})
