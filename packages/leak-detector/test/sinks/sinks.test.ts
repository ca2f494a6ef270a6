import assert from 'node:assert/strict'
import { context } from '@opentelemetry/api'
import { isTracingSuppressed } from '@opentelemetry/core'
import { ConfigError } from '@leasehold/core'
import { TracingSdk } from '../../../core/test/telemetry/sdk.ts'
import { alertmanager, log, slack, webhook, type Alert, type SendingSink } from '../../src/index.ts'
import { SimClock } from '../sim-clock.ts'
import { Receiver } from './receiver.ts'

const SECRET = 'hunter2'
/** The clock runs faster than the network. */
const patient = { timeoutMillis: 2_000_000 }

const alert = (more: Partial<Alert> = {}): Alert => ({
  rule: 'held-too-long',
  fingerprint: 'held-too-long|pool.loan|orders|',
  severity: 'warn',
  state: 'firing',
  kind: 'pool.loan',
  name: 'orders',
  count: 2,
  stack: 'at load (/app/load.js:1:2)\nat main (/app/main.js:3:4)',
  confident: true,
  traces: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }],
  text: 'pool.loan "orders": 2 leases held too long',
  runbook: 'https://example.com/runbook',
  since: new Date(0),
  suppressed: 0,
  ...more,
})

describe('sinks', () => {
  let clock: SimClock
  const warnings: string[] = []
  const note = (warning: Error): void => void warnings.push(`${warning.message} ${warning.stack}`)
  before(() => process.on('warning', note))
  after(() => void process.off('warning', note))
  beforeEach(() => {
    clock = new SimClock()
  })

  /** The clock goes on until the sink has nothing to do any more. */
  async function settled(sink: SendingSink): Promise<void> {
    const state = { isOver: false }
    void sink.flush().then(() => (state.isOver = true))
    while (!state.isOver) {
      await new Promise(resolve => setImmediate(resolve))
      // Only when it waits for time: what goes over the network takes its own.
      clock.advance(20)
    }
  }

  async function closedPort(): Promise<number> {
    const server = await Receiver.http(() => {})
    await server.close()
    return server.port
  }

  function started(sink: SendingSink): SendingSink {
    sink.start(clock)
    return sink
  }

  it('webhook: posts the alert as it is', async () => {
    await using server = await Receiver.http(response => response.end('ok'))
    const url = `http://me:${SECRET}@127.0.0.1:${server.port}/hook?key=${SECRET}`
    const sink = started(webhook({ ...patient, url, headers: { 'x-own': '1' } }))
    sink.send(alert())
    await settled(sink)
    const [{ path, headers, body }] = server.received as [Receiver['received'][number]]
    assert.equal(path, `/hook?key=${SECRET}`)
    assert.equal(headers.authorization, `Basic ${Buffer.from(`me:${SECRET}`).toString('base64')}`)
    assert.deepEqual([headers['x-own'], headers['content-type']], ['1', 'application/json'])
    assert.deepEqual(body, JSON.parse(JSON.stringify(alert())))
    assert.deepEqual(sink.stats, { waiting: 0, sent: 1, failed: 0, dropped: 0 })
  })

  it('are no part of the program’s traces', async () => {
    using _ = new TracingSdk()
    await using server = await Receiver.http(response => response.end('ok'))
    const sink = started(webhook({ ...patient, url: `http://127.0.0.1:${server.port}/` }))
    const { fetch } = globalThis
    const suppressed: boolean[] = []
    globalThis.fetch = (...args) => {
      suppressed.push(isTracingSuppressed(context.active()))
      return fetch(...args)
    }
    try {
      sink.send(alert())
      await settled(sink)
    } finally {
      globalThis.fetch = fetch
    }
    assert.deepEqual(suppressed, [true])
  })

  it('slack: what could be a mention or a link is none', async () => {
    await using server = await Receiver.http(response => response.end('ok'))
    const sink = started(slack({ ...patient, url: `http://127.0.0.1:${server.port}/services/${SECRET}` }))
    sink.send(alert({ text: 'k "<!channel>": & more' }))
    sink.send(alert({ state: 'resolved', text: 'over' }))
    await settled(sink)
    assert.deepEqual(
      server.received.map(({ body }) => (body as { text: string }).text),
      [
        '*WARN* k "&lt;!channel&gt;": &amp; more\n```\nat load (/app/load.js:1:2)\nat main (/app/main.js:3:4)\n```\n<https://example.com/runbook|what to do>',
        '*RESOLVED* over\n<https://example.com/runbook|what to do>',
      ],
    )
  })

  it('alertmanager: an alert by its labels; with another severity the one before ends', async () => {
    await using server = await Receiver.http(response => response.end())
    const sink = started(
      alertmanager({ ...patient, url: `http://127.0.0.1:${server.port}/am/`, labels: { service: 'shop' } }),
    )
    sink.send(alert())
    sink.send(alert({ severity: 'error' }))
    sink.send(alert({ severity: 'error', state: 'resolved' }))
    sink.send(alert({ fingerprint: 'held-too-long|pool.loan|orders|load#0', stack: undefined, traces: [] }))
    await settled(sink)
    assert.deepEqual(new Set(server.received.map(({ path }) => path)), new Set(['/am/api/v2/alerts']))
    interface Posted {
      labels: Record<string, string>
      annotations: Record<string, string>
      startsAt: string
      endsAt: string
    }
    const bodies = server.received.map(({ body }) => body as Posted[])
    const labels = {
      service: 'shop',
      alertname: 'LeaseholdHeldTooLong',
      severity: 'warning',
      kind: 'pool.loan',
      name: 'orders',
    }
    assert.deepEqual(
      bodies.map(posted => posted.map(each => each.labels)),
      [
        [labels],
        [labels, { ...labels, severity: 'critical' }],
        [{ ...labels, severity: 'critical' }],
        [{ ...labels, site: 'load#0' }],
      ],
    )
    const lasts = ({ endsAt }: Posted): boolean => Date.parse(endsAt) > Date.now() + 200_000
    assert.deepEqual(
      bodies.map(posted => posted.map(lasts)),
      [[true], [false, true], [false], [true]],
    )
    assert.deepEqual(bodies[0]![0]!.annotations, {
      summary: alert().text,
      stack: alert().stack,
      traces: 'a'.repeat(32),
      runbook_url: alert().runbook,
    })
    assert.equal(bodies[0]![0]!.startsAt, '1970-01-01T00:00:00.000Z')
  })

  it('alertmanager: hears of what fires again and again, until it ends or the detector stops', async () => {
    await using server = await Receiver.http(response => response.end())
    const names = (): string[][] =>
      server.received
        .splice(0)
        .map(({ body }) => (body as { labels: { name: string } }[]).map(({ labels }) => labels.name))
    const sink = started(alertmanager({ ...patient, url: `http://127.0.0.1:${server.port}` }))
    const other = { name: 'other', fingerprint: 'other' }
    sink.send(alert())
    sink.send(alert(other))
    await settled(sink)
    assert.deepEqual(names(), [['orders'], ['other']])
    for (let minute = 0; minute < 3; minute++) {
      clock.advance(60_000)
      await settled(sink)
      assert.deepEqual(names(), [['orders', 'other']])
    }
    sink.send(alert({ ...other, state: 'resolved' }))
    await settled(sink)
    clock.advance(60_000)
    await settled(sink)
    assert.deepEqual(names(), [['other'], ['orders']])
    sink.stop()
    clock.advance(600_000)
    await settled(sink)
    assert.deepEqual([names(), clock.pending], [[], 0])
  })

  it('alertmanager: that was down hears of what fires once it is up', async () => {
    let isUp = false
    await using server = await Receiver.http(response => response.writeHead(isUp ? 200 : 503).end())
    const sink = started(alertmanager({ ...patient, attempts: 1, url: `http://127.0.0.1:${server.port}` }))
    sink.send(alert())
    await settled(sink)
    clock.advance(60_000)
    await settled(sink)
    isUp = true
    clock.advance(60_000)
    await settled(sink)
    assert.deepEqual(sink.stats, { waiting: 0, sent: 1, failed: 2, dropped: 0 })
    sink.stop()
  })

  it('log: to a logger by severity, with the fields of a log record', () => {
    const lines: unknown[] = []
    const method = (level: string) => (fields: object, message: string) =>
      void lines.push([level, fields, message])
    const sink = log({ info: method('info'), warn: method('warn'), error: method('error') })
    sink.send(alert())
    sink.send(alert({ severity: 'error' }))
    sink.send(alert({ state: 'resolved', text: 'over' }))
    assert.deepEqual(lines[0], [
      'warn',
      { eventName: 'leasehold.alert', severityNumber: 13, alert: alert() },
      alert().text,
    ])
    assert.deepEqual(
      lines
        .map(line => (line as [string, { severityNumber: number }]).slice(0, 2))
        .map(([level, fields]) => [level, (fields as { severityNumber: number }).severityNumber]),
      [
        ['warn', 13],
        ['error', 17],
        ['info', 9],
      ],
    )
  })

  it('log: to the console without one', () => {
    const { error } = console
    const lines: string[] = []
    console.error = (line: string) => void lines.push(line)
    try {
      log().send(alert())
      log().send(alert({ state: 'resolved' }))
    } finally {
      console.error = error
    }
    assert.deepEqual(lines, [
      `leasehold WARN ${alert().text} (https://example.com/runbook)`,
      `leasehold RESOLVED ${alert().text} (https://example.com/runbook)`,
    ])
  })

  it('try again after a 500, 429 and a lost connection, each a little later', async () => {
    await using server = await Receiver.http((response, nth) => {
      if (nth === 3) response.destroy()
      else response.writeHead([500, 429, 0, 200][nth - 1]!).end()
    })
    const sink = started(webhook({ ...patient, url: `http://127.0.0.1:${server.port}/${SECRET}` }))
    sink.send(alert())
    await settled(sink)
    assert.equal(server.received.length, 4)
    assert.deepEqual([sink.stats.sent, sink.stats.failed], [1, 0])
    // 0.5 to 1, 1 to 2, and 2 to 4 seconds.
    assert(clock.now() >= 3_500, `${clock.now()}`)
  })

  for (const [what, answer] of [
    ['a 400 is not tried again', 400],
    ['a redirect is not followed', 302],
  ] as const) {
    it(what, async () => {
      await using server = await Receiver.http(response =>
        response.writeHead(answer, { location: 'http://127.0.0.1:1/' }).end(),
      )
      const sink = started(webhook({ ...patient, url: `http://127.0.0.1:${server.port}/${SECRET}` }))
      sink.send(alert())
      await settled(sink)
      assert.deepEqual([server.received.length, sink.stats.failed], [1, 1])
    })
  }

  it('a server that does not answer is waited for so long, and so often', async () => {
    await using server = await Receiver.http(() => {})
    const sink = started(
      webhook({ url: `http://127.0.0.1:${server.port}/`, attempts: 2, timeoutMillis: 1_000 }),
    )
    sink.send(alert())
    await settled(sink)
    assert.deepEqual([server.received.length, sink.stats.failed], [2, 1])
  })

  it('an answer without end is cut off', async () => {
    await using server = await Receiver.http(response => {
      const more = (): void => {
        if (!response.destroyed) response.write('x'.repeat(10_000), () => setImmediate(more))
      }
      more()
    })
    const sink = started(webhook({ url: `http://127.0.0.1:${server.port}/`, timeoutMillis: 2_000_000_000 }))
    sink.send(alert())
    await settled(sink)
    assert.equal(sink.stats.sent, 1)
  })

  it('a malformed answer is a failure', async () => {
    await using server = await Receiver.raw('HTTP/9.9 what?\r\n\r\n')
    const sink = started(webhook({ url: `http://127.0.0.1:${server.port}/${SECRET}`, attempts: 2 }))
    sink.send(alert())
    await settled(sink)
    assert.equal(sink.stats.failed, 1)
  })

  for (const [what, hostOf] of [
    ['nobody there', async () => `127.0.0.1:${await closedPort()}`],
    ['a port that fetch refuses', async () => '127.0.0.1:1'],
    ['a host that does not exist', async () => 'nowhere.invalid'],
  ] as const) {
    it(`${what} is a failure`, async () => {
      const url = `http://user:${SECRET}@${await hostOf()}/${SECRET}`
      const sink = started(webhook({ url, attempts: 2 }))
      sink.send(alert())
      await settled(sink)
      assert.equal(sink.stats.failed, 1)
    })
  }

  it('no more than the limit wait, and the oldest are dropped', async () => {
    await using server = await Receiver.http(() => {})
    const sink = started(webhook({ url: `http://127.0.0.1:${server.port}/`, queueLimit: 10, attempts: 1 }))
    for (let i = 0; i < 1_000; i++) sink.send(alert())
    assert.deepEqual(sink.stats, { waiting: 10, sent: 0, failed: 0, dropped: 989 })
    await settled(sink)
    assert.equal(sink.stats.failed, 11)
  })

  it('nothing that was printed has a secret in it', async () => {
    await new Promise(resolve => setImmediate(resolve))
    assert(
      warnings.some(warning => warning.includes('webhook to 127.0.0.1')),
      'a failure is told',
    )
    assert(!warnings.some(warning => warning.includes(SECRET)), warnings.join('\n'))
  })

  const badSinks: [() => unknown, string][] = [
    [() => webhook(undefined as never), 'webhook: options must be an object, got undefined'],
    [() => webhook({} as never), 'webhook: url must be an http or https URL, got undefined'],
    [() => webhook({ url: SECRET }), 'webhook: url must be an http or https URL'],
    [() => webhook({ url: `ftp://${SECRET}` }), 'webhook: url must be an http or https URL'],
    [
      () => slack({ url: 'http://a', headers: SECRET as never }),
      'slack: headers must be an object of strings',
    ],
    [
      () => slack({ url: 'http://a', headers: { 'a b': SECRET } }),
      'slack: headers must be an object of strings, got an object',
    ],
    [
      () => webhook({ url: 'http://a', timeoutMillis: 0 }),
      'webhook: timeoutMillis must be a number of milliseconds from 1 to 2147483647, got 0',
    ],
    [
      () => webhook({ url: 'http://a', attempts: 0 }),
      'webhook: attempts must be an integer from 1 to 100, got 0',
    ],
    [
      () => webhook({ url: 'http://a', queueLimit: 1.5 }),
      'webhook: queueLimit must be an integer from 1 to 100000, got 1.5',
    ],
    [
      () => alertmanager({ url: 'http://a', labels: { a: 1 } as never }),
      'alertmanager: labels must be an object of strings, by names of letters, digits and _, got an object',
    ],
    [
      () => alertmanager({ url: 'http://a', labels: { 'a-b': 'c' } }),
      'alertmanager: labels must be an object of strings, by names of letters, digits and _, got an object',
    ],
    [
      () => log({ info() {} } as never),
      'log: logger must be a logger with info(), warn() and error(), got an object',
    ],
  ]
  for (const [make, message] of badSinks) {
    it(`refuses: ${message}`, () => {
      assert.throws(make, (error: unknown) => {
        assert(error instanceof ConfigError)
        assert.equal(error.message, message)
        assert(!JSON.stringify(error).includes(SECRET))
        return true
      })
    })
  }
})
