import assert from 'node:assert/strict'
import { context, metrics, propagation, trace } from '@opentelemetry/api'
import { leaseTelemetry, ResourceRegistry, watchLeases, type Lease } from '@leasehold/core'
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import axe from 'axe-core'
import type { AxeResults } from 'axe-core'
import type { Browser, Page } from 'puppeteer-core'
import { startTelemetry, type Telemetry } from '../../src/index.ts'
import { ChildProgram } from '../support/child-program.ts'
import { startChromium } from '../support/chromium.ts'

const HOSTILE = '<img src=x onerror="document.title=`broken in`">'
const KIND = 'browser.test'

describe('the live page in Chromium', function () {
  this.timeout(60_000)

  let browser: Browser | undefined
  let telemetry: Telemetry
  let page: Page
  let complaints: string[]
  let program: ChildProgram | undefined
  const leases: Lease<object>[] = []
  const registry = ResourceRegistry.default

  function take(name: string): Lease<object> {
    const lease = registry.track({}, { kind: KIND, name, cleanup() {}, leakThresholdMillis: 1 })
    leases.push(lease)
    return lease
  }

  before(async function () {
    browser = await startChromium(this)
  })

  after(() => browser?.close())

  beforeEach(async () => {
    await start()
    page = await (browser as Browser).newPage()
    complaints = []
    page.on('console', message => complaints.push(`${message.type()}: ${message.text()}`))
    page.on('pageerror', error => complaints.push(String(error)))
    page.on('requestfailed', request => complaints.push(`failed: ${request.url()}`))
  })

  afterEach(async () => {
    program?.kill('SIGKILL')
    await page.close()
    await Promise.all(leases.splice(0).map(lease => lease.release()))
    await telemetry.shutdown()
  })

  async function start(port: number = 0): Promise<void> {
    telemetry = startTelemetry({
      serviceName: 'orders',
      traces: 'none',
      metrics: { prometheus: { port } },
      live: { jaegerUrl: 'http://localhost:16686' },
    })
    await telemetry.ready
  }

  const open = async (): Promise<void> => {
    await page.goto(telemetry.live?.url ?? '')
    await connected('Live')
  }

  const connected = (text: string): Promise<unknown> => waitFor(`#connection-text`, text)

  /** Until an element's text contains this. */
  async function waitFor(selector: string, text: string): Promise<void> {
    await page.waitForFunction(
      `document.querySelector(${JSON.stringify(selector)})?.textContent.includes(${JSON.stringify(text)})`,
      { timeout: 10_000 },
    )
  }

  async function waitUntilGone(selector: string, text: string): Promise<void> {
    await page.waitForFunction(
      `!document.querySelector(${JSON.stringify(selector)}).textContent.includes(${JSON.stringify(text)})`,
      { timeout: 10_000 },
    )
  }

  const textOf = (selector: string): Promise<string> =>
    page.evaluate(`document.querySelector(${JSON.stringify(selector)})?.textContent ?? ''`) as Promise<string>

  const count = (selector: string): Promise<number> =>
    page.evaluate(`document.querySelectorAll(${JSON.stringify(selector)}).length`) as Promise<number>

  /** The text of what has the focus. */
  const focused = (): Promise<string> =>
    page.evaluate('document.activeElement.textContent.trim()') as Promise<string>

  function alert(value: () => number, severity: string): void {
    const instrument = metrics.getMeter('test').createObservableUpDownCounter('leasehold.alert.active')
    instrument.addCallback(result =>
      result.observe(value(), {
        'leasehold.kind': KIND,
        'leasehold.name': 'preview',
        'leasehold.alert.rule': 'outlived',
        'leasehold.alert.severity': severity,
      }),
    )
  }

  it('loads without an error on its console, and shows whose it is', async () => {
    await open()
    assert.equal(await textOf('#service'), 'orders')
    assert.match(await textOf('#process'), new RegExp(`process ${process.pid}, up `))
    assert.equal(await page.title(), 'orders · Leasehold live')
    assert.deepEqual(complaints, [])
  })

  it('goes on by itself: the time that the program is up', async () => {
    await open()
    const before = await textOf('#process')
    await waitUntilGone('#process', before)
    assert.deepEqual(complaints, [])
  })

  it('shows a leak within seconds, and no more when it is released', async () => {
    await open()
    const begun = performance.now()
    const leak = take('forgotten')
    await waitFor('#leases tbody', 'forgotten')
    await waitFor('#resources tbody', 'forgotten')
    assert.ok(performance.now() - begun < 5_000, 'within five seconds')
    await waitFor('#leases tbody', 'overdue')
    await leak.release()
    await waitUntilGone('#leases tbody', 'forgotten')
    assert.match(
      await textOf('#resources tbody'),
      /forgotten/,
      'its kind and name stay, with what became of it',
    )
  })

  it('links a lease to the trace that acquired it, in a tab of its own', async () => {
    const provider = new NodeTracerProvider()
    provider.register()
    leaseTelemetry().refresh()
    const span = trace.getTracer('test').startSpan('request')
    context.with(trace.setSpan(context.active(), span), () => take('traced'))
    span.end()
    await open()
    await page.waitForSelector('#leases a:not([hidden])', { timeout: 10_000 })
    const link = await page.$eval('#leases a:not([hidden])', a => [a.href, a.target, a.rel, a.ariaLabel])
    const url = `http://localhost:16686/trace/${span.spanContext().traceId}`
    assert.deepEqual(link, [url, '_blank', 'noreferrer', `Trace of ${KIND} traced, in Jaeger`])
    for (const api of [trace, context, propagation]) api.disable()
    leaseTelemetry().refresh()
    await provider.shutdown()
  })

  it('shows a name that is markup as the text that it is', async () => {
    take(HOSTILE)
    await open()
    await waitFor('#leases tbody', HOSTILE)
    await waitFor('#resources tbody', HOSTILE)
    assert.equal(await count('main img'), 0)
    assert.equal(await page.title(), 'orders · Leasehold live')
    assert.deepEqual(complaints, [])
  })

  it('shows fifty of a thousand resources, and says how many more there are', async () => {
    program = new ChildProgram('thousand.mjs', [])
    await program.wrote('ready')
    await page.goto(program.output[0] ?? '')
    await waitFor('#resources .more', 'more resources')
    assert.deepEqual([await count('#resources tbody tr'), await count('#leases tbody tr')], [50, 50])
    // Beyond 384 names, core counts what is left under one.
    assert.equal(await textOf('#resources .more'), 'and 335 more resources')
    assert.match(await textOf('#resources tbody tr'), /^_OTHERtest.*616/)
    assert.equal(await textOf('#leases .more'), 'and 950 more leases')
    assert.equal(await textOf('#overview .card-value'), '1,000')
    assert.deepEqual(complaints, [])
    program.goOn()
    await waitFor('#lost', 'has ended')
    assert.equal((await program.ended()).code, 0)
  })

  it('says in its live region that an alert fires, and that it is resolved, and nothing else', async () => {
    let value = 1
    alert(() => value, 'warn')
    await open()
    const sentence = `Still held although the request has ended, ${KIND} preview`
    await waitFor('#announcement', `Alert: ${sentence}`)
    assert.match(await textOf('.alert'), /^warnStill held/)
    assert.match(await page.title(), /^\(1\) orders/)
    value = 0
    await waitFor('#announcement', `Resolved: ${sentence}`)
    assert.equal(await count('.alert'), 0)
    assert.equal(await count('[aria-live]'), 1)
  })

  it('says that the program has ended, and finds it again', async () => {
    await open()
    const port = telemetry.prometheus?.port
    await telemetry.shutdown()
    await waitFor('#lost', 'has ended its telemetry')
    assert.match(await textOf('#announcement'), /has ended/)
    await start(port)
    await connected('Live')
    assert.equal(await page.$eval('#lost', notice => notice.checkVisibility()), false)
  })

  it('pauses, and goes on, by the keyboard alone', async () => {
    await open()
    await page.focus('#pause')
    await page.keyboard.press('Enter')
    await connected('Paused')
    assert.equal(await page.$eval('#pause', button => button.getAttribute('aria-pressed')), 'true')
    await page.keyboard.press('Space')
    await connected('Live')
  })

  it('is reached by the keyboard: past the head, to each stack, which stays open and focused', async () => {
    // As a leak detector does; else stacks are taken only where the registry is told to.
    const watcher = { overdue() {}, unleaked() {}, failed() {} }
    using _ = watchLeases(registry, watcher, { sampling: { stacks: 1, gc: false } })
    take('held')
    await open()
    await waitFor('#leases tbody', 'held')
    await page.keyboard.press('Tab')
    assert.equal(await focused(), 'Skip to the figures')
    const outline = 'getComputedStyle(document.activeElement).outlineStyle'
    assert.equal(await page.evaluate(outline), 'solid', 'what has the focus is to be seen')
    await page.keyboard.press('Enter')
    assert.equal(await page.evaluate('document.activeElement.id'), 'main')
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate('document.activeElement.localName'), 'summary')
    await page.keyboard.press('Enter')
    assert.equal(await count('#leases details[open]'), 1)
    const before = await textOf('#process')
    await waitUntilGone('#process', before)
    take('another')
    await waitFor('#leases tbody', 'another')
    assert.equal(await page.evaluate('document.activeElement.localName'), 'summary')
    assert.equal(await count('#leases details[open]'), 1)
    assert.match(await textOf('#leases pre'), /live-browser\.test\.ts/)
  })

  for (const scheme of ['light', 'dark']) {
    for (const width of [1280, 400]) {
      it(`has no violation that axe finds, in ${scheme}, ${width} wide, nor anything cut off`, async () => {
        alert(() => 2, 'error')
        for (const name of ['preview', HOSTILE, 'long-'.repeat(40)]) take(name)
        pools()
        await page.setViewport({ width, height: 900 })
        await page.emulateMediaFeatures([
          { name: 'prefers-color-scheme', value: scheme },
          { name: 'prefers-reduced-motion', value: 'reduce' },
        ])
        await open()
        await waitFor('#alerts', 'preview')
        await waitFor('#pools tbody', 'orders-db')
        // In its own world: the page's policy lets no other script in.
        await page.evaluate(axe.source)
        const { violations, passes } = (await page.evaluate('axe.run()')) as AxeResults
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
        assert.deepEqual(found, [])
        assert.ok(passes.some(({ id }) => id === 'color-contrast'))
        const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
        assert.equal(await page.evaluate(overflow), 0)
        assert.equal(await page.evaluate(`getComputedStyle(document.body).colorScheme`), 'light dark')
        assert.equal(await page.evaluate('document.getAnimations().length'), 0, 'nothing moves')
        assert.deepEqual(complaints, [])
      })
    }
  }

  function pools(): void {
    const meter = metrics.getMeter('test')
    const of = { 'leasehold.kind': 'pool.resource', 'leasehold.name': 'orders-db' }
    meter.createObservableUpDownCounter('leasehold.pool.resource.count').addCallback(result => {
      result.observe(4, { ...of, 'leasehold.pool.resource.state': 'used' })
    })
    meter.createObservableUpDownCounter('leasehold.pool.resource.limit').addCallback(r => r.observe(4, of))
    meter.createObservableUpDownCounter('leasehold.pool.pending_requests').addCallback(r => {
      r.observe(9, { ...of, 'leasehold.kind': 'pool.loan' })
    })
  }
})
