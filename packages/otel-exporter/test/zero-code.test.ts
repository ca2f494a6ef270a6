import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { programFlags } from '../../core/test/program-flags.ts'
import { REGISTER } from './support/child-program.ts'
import { OtlpReceiver } from './support/otlp-receiver.ts'

const program = fileURLToPath(new URL('programs/work.mjs', import.meta.url))
const worker = fileURLToPath(new URL('programs/worker.mjs', import.meta.url))

interface End {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly errors: string
}

/** Runs the program with nothing but `--import` and variables; SIGTERM once it says that it is ready. */
async function run(way: string, env: Record<string, string>, file: string = program): Promise<End> {
  const flags = [...programFlags, `--import=${REGISTER}`]
  const child = spawn(process.execPath, [...flags, file, way], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, OTEL_METRICS_EXPORTER: 'none', ...env },
  })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  child.stdout.once('data', () => child.kill('SIGTERM'))
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { code, signal, errors }
}

/** An OTLP back end that counts the requests it acknowledges. */
async function receiver(): Promise<{ url: string; requests(): number; close(): void }> {
  let requests = 0
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      requests++
      response.end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests: () => requests,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

describe('a program started with --import', function () {
  this.timeout(30_000)

  for (const [way, end] of [
    ['ends', { code: 0, signal: null }],
    ['code', { code: 6, signal: null }],
    ['ends a span each time', { code: 0, signal: null }],
    ['stays', { code: null, signal: 'SIGTERM' }],
    ['watched', { code: null, signal: 'SIGTERM' }],
    ['listens', { code: 5, signal: null }],
  ] as const) {
    it(`delivers its spans, and ends as it would have (${way})`, async () => {
      const backEnd = await receiver()
      try {
        const { code, signal } = await run(way, { OTEL_EXPORTER_OTLP_ENDPOINT: backEnd.url })
        assert.deepEqual({ code, signal }, end)
        assert.ok(backEnd.requests() >= 1)
      } finally {
        backEnd.close()
      }
    })
  }

  it('flushes after the drain of its own shutdown, and dies of the signal', async () => {
    await using backEnd = await OtlpReceiver.start()
    const { code, signal } = await run('shuts', {
      OTEL_EXPORTER_OTLP_ENDPOINT: backEnd.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    })
    assert.deepEqual({ code, signal }, { code: null, signal: 'SIGTERM' })
    const drained = backEnd.spans().filter(({ attributes }) => attributes['leasehold.name'] === 'held')
    assert.equal(drained.length, 1)
  })

  it('leaves its leases as they are: only the program knows when they end', async () => {
    await using backEnd = await OtlpReceiver.start()
    const { signal } = await run('holds', {
      OTEL_EXPORTER_OTLP_ENDPOINT: backEnd.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    })
    assert.equal(signal, 'SIGTERM')
    assert.equal(backEnd.spans().length, 20)
  })

  it('shows its last counts by OTLP, although it ends before the first interval', async () => {
    await using backEnd = await OtlpReceiver.start()
    await run('ends', {
      OTEL_EXPORTER_OTLP_ENDPOINT: backEnd.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_METRICS_EXPORTER: 'otlp',
    })
    assert.equal(backEnd.lastSum('leasehold.lease.acquisitions'), 20)
  })

  it("exports what its worker threads count and do as well; the port is the main one's", async () => {
    await using backEnd = await OtlpReceiver.start()
    const variables = {
      OTEL_EXPORTER_OTLP_ENDPOINT: backEnd.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_METRICS_EXPORTER: 'otlp,prometheus',
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
    }
    const { errors } = await run('', variables, worker)
    assert.equal(errors, '')
    for (const where of ['main', 'worker']) {
      assert.equal(backEnd.lastSum(`counted.in.${where}`), 1, where)
      assert.ok(
        backEnd.spans().some(({ name }) => name === `span in ${where}`),
        where,
      )
    }
  })

  it('says what is lost before it dies of a signal', async () => {
    const { signal, errors } = await run('stays', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' })
    assert.equal(signal, 'SIGTERM')
    assert.match(errors, /LeaseholdWarning: traces: a batch .* was lost/)
  })

  it('still tells its uncaught error, with its code', async () => {
    const { code, errors } = await run('throws', { OTEL_TRACES_EXPORTER: 'none' })
    assert.equal(code, 1)
    assert.match(errors, /the program is broken/)
  })

  it('is told once of a port in use, and goes on', async () => {
    const busy = createServer().listen(0, '127.0.0.1')
    await once(busy, 'listening')
    const { port } = busy.address() as AddressInfo
    try {
      const { code, errors } = await run('code', {
        OTEL_TRACES_EXPORTER: 'none',
        OTEL_METRICS_EXPORTER: 'prometheus',
        OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
      })
      assert.equal(code, 6)
      assert.equal(errors.match(/LeaseholdWarning/g)?.length, 1)
      assert.match(errors, new RegExp(`127\\.0\\.0\\.1:${port}`))
    } finally {
      busy.close()
    }
  })

  it('is told of variables that cannot be meant, and runs without them', async () => {
    const { code, errors } = await run('code', {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318',
      OTEL_TRACES_EXPORTER: 'none,jaeger',
      OTEL_METRICS_EXPORTER: 'prometheus',
      OTEL_EXPORTER_PROMETHEUS_PORT: '0x10',
      OTEL_SDK_DISABLED: 'yes',
    })
    assert.equal(code, 6)
    assert.match(errors, /OTEL_SDK_DISABLED must be 'true' or 'false', got "yes": not used/)
    assert.match(
      errors,
      /OTEL_EXPORTER_PROMETHEUS_PORT must be an integer from 0 to 65535, got "0x10": not used/,
    )
    assert.match(errors, /OTEL_TRACES_EXPORTER must be 'otlp', 'console', 'none', got "jaeger": not used/)
  })

  it('runs as ever where the SDK is disabled', async () => {
    const { code, errors } = await run('code', { OTEL_SDK_DISABLED: 'true' })
    assert.deepEqual({ code, errors }, { code: 6, errors: '' })
  })
})
