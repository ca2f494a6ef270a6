import assert from 'node:assert/strict'
import { ResourceRegistry, type Lease } from '@leasehold/core'
import {
  alertmanager,
  startLeakDetector,
  type LeakDetector,
  type SendingSink,
} from '@leasehold/leak-detector'
import { startAlertmanager, type RealAlertmanager } from '../backends/alertmanager.ts'
import { eventually } from '../backends/daemon.ts'
import { Receiver } from '../../packages/leak-detector/test/sinks/receiver.ts'

/** What Alertmanager posts to a webhook, as far as it is looked at. */
interface Notification {
  readonly status: 'firing' | 'resolved'
  readonly alerts: readonly {
    readonly status: string
    readonly labels: Readonly<Record<string, string>>
    readonly annotations: Readonly<Record<string, string>>
    readonly startsAt: string
    readonly endsAt: string
    readonly generatorURL: string
  }[]
}

describe('a leak, told to a real Alertmanager', () => {
  let pager: Receiver
  let server: RealAlertmanager
  let sink: SendingSink
  let registry: ResourceRegistry
  let detector: LeakDetector

  before(async function () {
    pager = await Receiver.http(response => response.end())
    server = await startAlertmanager(this, `http://127.0.0.1:${pager.port}/page`)
    sink = alertmanager({ url: server.url, labels: { instance: 'test-1' } })
    registry = new ResourceRegistry()
    detector = startLeakDetector({ registry, preset: 'test', heldTooLongMillis: 200, sinks: [sink] })
  })
  after(async () => {
    detector?.stop()
    await server?.stop()
    await pager?.[Symbol.asyncDispose]()
  })

  const notified = (status: string): Promise<Notification['alerts'][number]> =>
    eventually(async () =>
      pager.received
        .flatMap(({ body }) => (body as Notification).alerts)
        .find(alert => alert.status === status),
    )
  const active = async (): Promise<unknown[]> =>
    (await (await fetch(`${server.url}/api/v2/alerts?active=true`)).json()) as unknown[]

  const take = (): Lease<number> =>
    registry.track(1, { kind: 'test.resource', name: 'leaked "one"', cleanup: () => {} })
  let lease: Lease<number>

  it('fires, with who, where and what to do', async () => {
    lease = take()
    const { labels, annotations, startsAt, endsAt, generatorURL } = await notified('firing')
    assert.deepEqual(labels, {
      alertname: 'LeaseholdHeldTooLong',
      severity: 'warning',
      kind: 'test.resource',
      name: 'leaked "one"',
      instance: 'test-1',
    })
    assert.match(annotations['summary'] ?? '', /^test\.resource "leaked "one"": 1 lease held too long/)
    assert.match(annotations['stack'] ?? '', /alertmanager\.test\.ts/)
    const { runbook_url: runbook } = annotations
    assert.match(runbook ?? '', /\/docs\/runbook\/held-too-long\.md$/)
    assert.equal(generatorURL, runbook)
    assert(Date.parse(startsAt) <= Date.now())
    assert.equal(endsAt, '0001-01-01T00:00:00Z', 'it has no end yet')
    assert.equal((await active()).length, 1)
    assert.deepEqual(
      detector.report().activeAlerts.map(({ rule }) => rule),
      ['held-too-long'],
    )
  }).timeout(30_000)

  it('is resolved when the lease is released', async () => {
    await lease.release()
    const { labels, endsAt } = await notified('resolved')
    assert.equal(labels['alertname'], 'LeaseholdHeldTooLong')
    assert(Math.abs(Date.parse(endsAt) - Date.now()) < 20_000, endsAt)
    assert.deepEqual(await active(), [])
    assert.deepEqual(sink.stats, { waiting: 0, sent: 2, failed: 0, dropped: 0 })
  }).timeout(30_000)
})
