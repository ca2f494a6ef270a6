import assert from 'node:assert/strict'
import { context, SpanStatusCode, trace, type TracerProvider } from '@opentelemetry/api'
import { AlwaysOffSampler, type ReadableSpan } from '@opentelemetry/sdk-trace-base'
import {
  ResourceRegistry,
  type CleanupError,
  type Lease,
  type TelemetryOptions,
  type TrackOptions,
} from '../../src/index.ts'
import { SPANS } from '../../src/telemetry/names.generated.ts'
import { FakeClock, turns } from '../fake-clock.ts'
import { TracingSdk } from './sdk.ts'

const registry = new ResourceRegistry({ cleanupTimeoutMillis: 20, cleanupGraceMillis: 5 })
const broken = (): Promise<never> => Promise.reject(new RangeError('broken'))

function take(
  more: Partial<TrackOptions<number>> = {},
  spans: TelemetryOptions['spans'] = 'all',
): Lease<number> {
  return registry.track(1, {
    kind: 'k',
    name: 'n',
    cleanup: () => {},
    telemetry: { spans, slowMillis: 10 },
    ...more,
  })
}

/** Runs `fn` in a span of that name, and ends it. */
async function within<R>(name: string, fn: () => R): Promise<Awaited<R>> {
  const span = trace.getTracer('test').startSpan(name)
  try {
    return await context.with(trace.setSpan(context.active(), span), fn)
  } finally {
    span.end()
  }
}

const cleanups = (sdk: TracingSdk): ReadableSpan[] => sdk.spans.filter(span => span.name === 'lease.cleanup')
const byName = (sdk: TracingSdk, name: string): ReadableSpan => sdk.spans.find(span => span.name === name)!
const millis = ([seconds, nanos]: readonly [number, number]): number => seconds * 1e3 + nanos / 1e6

describe('the span of a cleanup', () => {
  let sdk: TracingSdk

  beforeEach(() => {
    sdk = new TracingSdk()
  })
  afterEach(() => sdk[Symbol.dispose]())

  for (const [what, cleanup] of [
    ['synchronous', () => {}],
    ['asynchronous', () => turns(1)],
  ] as const) {
    it(`is a child of who releases, and links to who acquired (${what})`, async () => {
      const lease = await within('acquirer', () => take({ cleanup }))
      await within('releaser', () => lease.release())
      const [span] = cleanups(sdk)
      assert.equal(span!.parentSpanContext?.spanId, byName(sdk, 'releaser').spanContext().spanId)
      assert.deepEqual(
        span!.links.map(link => link.context.spanId),
        [byName(sdk, 'acquirer').spanContext().spanId],
      )
      assert.deepEqual(span!.attributes, {
        'leasehold.kind': 'k',
        'leasehold.name': 'n',
        'leasehold.lease.id': lease.id,
        'leasehold.cleanup.strategy': 'immediate',
        'leasehold.cleanup.outcome': 'success',
        'leasehold.cleanup.attempts': 1,
      })
      assert.equal(span!.status.code, SpanStatusCode.UNSET)
    })
  }

  it('is around the cleanup: what that does is its child', async () => {
    await take({ cleanup: () => trace.getTracer('test').startSpan('inside').end() }).release()
    assert.equal(byName(sdk, 'inside').parentSpanContext?.spanId, cleanups(sdk)[0]!.spanContext().spanId)
  })

  it('is an error when the cleanup fails, of the cause’s type', async () => {
    await take({ cleanup: broken })
      .release()
      .catch(() => {})
    const [span] = cleanups(sdk)
    assert.equal(span!.status.code, SpanStatusCode.ERROR)
    assert.match(span!.status.message!, /^cleanup of k "n" \(lease \d+\) failed: RangeError: broken$/)
    assert.equal(span!.attributes['error.type'], 'RangeError')
    assert.equal(span!.attributes['leasehold.cleanup.outcome'], 'failure')
  })

  it('ends at the time-out', async () => {
    await take({ cleanup: () => new Promise(() => {}) })
      .release()
      .catch(() => {})
    const [span] = cleanups(sdk)
    assert.equal(span!.attributes['error.type'], 'ERR_CLEANUP_TIMEOUT')
    assert.equal(span!.attributes['leasehold.cleanup.outcome'], 'timeout')
  })

  it('is a root in the background, and links to who asked and who acquired', async () => {
    const lease = await within('acquirer', () => take({ strategy: 'background' }))
    await within('requester', () => lease.release())
    await turns()
    const [span] = cleanups(sdk)
    assert.equal(span!.parentSpanContext, undefined)
    assert.deepEqual(
      span!.links.map(link => link.context.spanId),
      ['requester', 'acquirer'].map(name => byName(sdk, name).spanContext().spanId),
    )
    assert.equal(span!.attributes['leasehold.cleanup.strategy'], 'background')
  })

  it('is there for a forced cleanup', async () => {
    await take({ strategy: 'forced', force: () => {} }).release()
    assert.equal(cleanups(sdk)[0]!.attributes['leasehold.cleanup.outcome'], 'forced')
  })

  it('has the name that is asked for', async () => {
    await take({ span: 'mmap.unmap' }).release()
    assert.equal(sdk.spans[0]!.name, 'mmap.unmap')
  })

  it('counts the attempts', async () => {
    let calls = 0
    const cleanup = (): void => {
      if (++calls < 2) throw new Error('busy')
    }
    await take({ cleanup, timeoutMillis: 5_000, retry: { idempotent: true } }).release()
    assert.equal(cleanups(sdk)[0]!.attributes['leasehold.cleanup.attempts'], 2)
  })

  it('in mode slow is made afterwards, with its true start, of slow and failed ones', async () => {
    await take({}, 'slow').release()
    await take({ cleanup: broken }, 'slow')
      .release()
      .catch(() => {})
    const busy = (): void => {
      const end = performance.now() + 15
      while (performance.now() < end);
    }
    await within('releaser', () => take({ cleanup: busy }, 'slow').release())
    const [failed, slow] = cleanups(sdk)
    assert.equal(cleanups(sdk).length, 2)
    assert.equal(failed!.attributes['leasehold.cleanup.outcome'], 'failure')
    assert.ok(millis(slow!.duration) >= 14, `${millis(slow!.duration)} ms`)
    assert.equal(slow!.parentSpanContext?.spanId, byName(sdk, 'releaser').spanContext().spanId)
  })

  it('in mode errors is made of failed ones only', async () => {
    await take({ cleanup: () => turns(1) }, 'errors').release()
    await take({ cleanup: broken }, 'errors')
      .release()
      .catch(() => {})
    await take({ cleanup: broken, strategy: 'background' }, 'errors').release()
    await turns()
    const outcomes = cleanups(sdk).map(span => span.attributes['leasehold.cleanup.outcome'])
    assert.deepEqual(outcomes, ['failure', 'failure'])
  })

  it('is never made in mode off', async () => {
    await take({ cleanup: broken }, 'off')
      .release()
      .catch(() => {})
    await take({ strategy: 'forced', force: () => {} }, 'off').release()
    assert.equal(sdk.spans.length, 0)
  })

  it('has the attributes of the registry file, and no other', async () => {
    await take({ cleanup: broken })
      .release()
      .catch(() => {})
    const definition = SPANS.find(span => span.name === 'lease.cleanup')!
    assert.deepEqual(
      Object.keys(cleanups(sdk)[0]!.attributes).toSorted(),
      [...definition.attributes].toSorted(),
    )
  })
})

describe('a tracing SDK', () => {
  it('that samples out records nothing, and the accounts are the same', async () => {
    using sdk = new TracingSdk({ sampler: new AlwaysOffSampler() })
    const before = registry.stats().outcomes.success
    await take({ cleanup: () => turns(1) }).release()
    await take().release()
    assert.equal(sdk.spans.length, 0)
    assert.equal(registry.stats().outcomes.success, before + 2)
  })

  it('that throws is not felt', async () => {
    const fail = (): never => {
      throw new Error('broken SDK')
    }
    const processor = { onStart: fail, onEnd: fail, forceFlush: async () => {}, shutdown: async () => {} }
    using _ = new TracingSdk({ processors: [processor] })
    const before = registry.stats().outcomes.success
    await take().release()
    await take({ cleanup: () => turns(1) }).release()
    await take({}, 'slow').release()
    assert.equal(registry.stats().outcomes.success, before + 3)
  })

  it('whose provider throws is not felt either, and asked once', async () => {
    let asked = 0
    const provider: TracerProvider = {
      getTracer: () => {
        asked++
        throw new Error('broken provider')
      },
    }
    trace.setGlobalTracerProvider(provider)
    try {
      const before = registry.stats().outcomes.success
      await take().release()
      await take({ cleanup: () => turns(1) }).release()
      await take({ strategy: 'background' }).release()
      await turns()
      assert.equal(registry.stats().outcomes.success, before + 3)
      assert.equal(asked, 1)
    } finally {
      trace.disable()
    }
  })

  it('whose span cannot be looked at is not felt either', async () => {
    using _ = new TracingSdk()
    const broken = trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: 0 })
    const before = registry.stats()
    broken.spanContext = () => {
      throw new Error('broken span')
    }
    await context.with(trace.setSpan(context.active(), broken), async () => {
      await take().release()
      await take({ cleanup: () => turns(1) }).release()
      await take({ strategy: 'background' }).release()
    })
    await turns()
    const { live, releasing, outcomes } = registry.stats()
    assert.equal(outcomes.success, before.outcomes.success + 3)
    assert.deepEqual([live, releasing], [before.live, before.releasing])
  })

  it('registered late is used by the next lease', async () => {
    await take().release()
    using sdk = new TracingSdk()
    await take().release()
    assert.equal(cleanups(sdk).length, 1)
  })
})

describe('a lease that is forced before its cleanup has begun', () => {
  for (const spans of ['all', 'slow', 'errors'] as const) {
    it(`has its span in mode ${spans}, without its time in the queue`, async () => {
      using sdk = new TracingSdk()
      const clock = new FakeClock()
      const own = new ResourceRegistry({ clock, backgroundConcurrency: 1 })
      const errors: unknown[] = []
      own.on('cleanup', ({ error }) => errors.push(error))
      const never = (): Promise<void> => new Promise(() => {})
      const options = { kind: 'k', name: 'n', cleanup: never, telemetry: { spans, slowMillis: 0 } }
      for (const i of [1, 2]) {
        void own.track(i, { ...options, strategy: 'background', force: () => {} }).release()
      }
      const draining = own.drain({ timeoutMillis: 300, force: true })
      await clock.advance(300)
      await draining
      assert.equal(cleanups(sdk).length, 2)
      assert.deepEqual(
        errors.map(error => (error as CleanupError).elapsedMillis),
        [0, 300],
      )
    })
  }
})

describe('an uncontended release', () => {
  it('makes no timer, listener or span while spans are off', async () => {
    using sdk = new TracingSdk()
    let timers = 0
    const quiet = new ResourceRegistry({
      clock: {
        now: () => performance.now(),
        setTimeout: () => timers++,
        clearTimeout: () => {},
      },
      telemetry: { spans: 'off' },
    })
    const { addEventListener } = EventTarget.prototype
    let listeners = 0
    EventTarget.prototype.addEventListener = function (...args) {
      listeners++
      addEventListener.apply(this, args)
    }
    try {
      for (let i = 0; i < 100; i++)
        await quiet.track(i, { kind: 'k', name: 'n', cleanup: () => {} }).release()
    } finally {
      EventTarget.prototype.addEventListener = addEventListener
    }
    assert.deepEqual({ timers, listeners, spans: sdk.spans.length }, { timers: 0, listeners: 0, spans: 0 })
    assert.equal(quiet.stats().outcomes.success, 100)
  })
})
