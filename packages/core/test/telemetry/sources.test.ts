import assert from 'node:assert/strict'
import { context, trace } from '@opentelemetry/api'
import { inBackground, leaseTelemetry, ResourceRegistry } from '../../src/index.ts'
import { MetricsSdk, TracingSdk } from './sdk.ts'

describe('what a package exports beside its leases', () => {
  it('has instruments of each SDK that registers, one after the other', () => {
    let [made, disposed] = [0, 0]
    leaseTelemetry().addSource({
      instrument() {
        made++
        return { [Symbol.dispose]: () => void disposed++ }
      },
      histograms: () => [],
    })
    {
      using _ = new MetricsSdk()
      leaseTelemetry().refresh()
      assert.deepEqual([made, disposed], [1, 0])
    }
    using _ = new MetricsSdk()
    leaseTelemetry().refresh()
    assert.deepEqual([made, disposed], [2, 1])
  })

  it('has its histograms among the producer’s; one that throws is not felt', () => {
    leaseTelemetry().addSource({
      instrument: () => assert.fail('broken'),
      histograms: leases => [{ ...leases[0]!, name: 'leasehold.test.duration' }],
    })
    leaseTelemetry().addSource({
      instrument: () => assert.fail('broken'),
      histograms: () => assert.fail('broken'),
    })
    using _ = new MetricsSdk()
    leaseTelemetry().refresh()
    const names = leaseTelemetry()
      .histograms()
      .map(({ name }) => name)
    assert(names.includes('leasehold.test.duration'))
  })
})

describe('a cleanup in the background', () => {
  it('is a root span with a link to who asked', async () => {
    using sdk = new TracingSdk()
    const registry = new ResourceRegistry()
    const lease = registry.track(1, { kind: 'k', name: 'background', cleanup: async () => {} })
    const asker = trace.getTracer('test').startSpan('asker')
    await context.with(trace.setSpan(context.active(), asker), () => inBackground(() => lease.release()))
    const [span] = sdk.spans
    assert.equal(span?.parentSpanContext, undefined)
    assert.deepEqual(
      span?.links.map(link => link.context.spanId),
      [asker.spanContext().spanId],
    )
  })
})
