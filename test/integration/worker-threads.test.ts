import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { OtlpReceiver } from '../../packages/otel-exporter/test/support/otlp-receiver.ts'
import { freePort } from '../backends/daemon.ts'

const program = fileURLToPath(new URL('worker.mjs', import.meta.url))

// Against the built packages: a loader of TypeScript does not reach what a thread imports first.
describe('worker threads of a program started with --import', () => {
  it('deliver their own spans, and the port is opened once', async () => {
    await using backEnd = await OtlpReceiver.start()
    const child = spawn(process.execPath, ['--import', '@leasehold/otel-exporter/register', program], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        OTEL_EXPORTER_OTLP_ENDPOINT: backEnd.url,
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
    const names = backEnd.spans().map(({ attributes }) => attributes['leasehold.name'])
    assert.deepEqual(new Set(names), new Set(['main', 'worker']))
    assert.equal(names.length, 2)
  })
})
