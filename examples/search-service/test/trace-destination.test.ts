import assert from 'node:assert/strict'
import { Failure } from '../src/failure.ts'
import { shownUrl, traceDestination } from '../src/trace-destination.ts'

const SHARED = 'OTEL_EXPORTER_OTLP_ENDPOINT'
const OWN = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'

describe('traceDestination', () => {
  const cases: [env: Record<string, string>, url: string | undefined, console?: boolean, offBy?: string][] = [
    [{}, undefined],
    [{ [SHARED]: ' ' }, undefined],
    [{ [SHARED]: 'http://h:4318' }, 'http://h:4318/v1/traces'],
    [{ [SHARED]: 'http://h:4318/' }, 'http://h:4318/v1/traces'],
    [{ [SHARED]: 'http://h:4318/otel/' }, 'http://h:4318/otel/v1/traces'],
    [{ [SHARED]: 'http://h:4318/?x=y' }, 'http://h:4318/v1/traces?x=y'],
    [{ [SHARED]: 'http://me:s3cret@h/otel?x=y' }, 'http://me:s3cret@h/otel/v1/traces?x=y'],
    [{ [SHARED]: 'http://h', [OWN]: 'http://t/exactly/?x=y' }, 'http://t/exactly/?x=y'],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, 'http://localhost:4318/v1/traces'],
    [{ OTEL_TRACES_EXPORTER: 'console', [SHARED]: 'http://h' }, undefined, true],
    [{ OTEL_TRACES_EXPORTER: 'OTLP, console', [SHARED]: 'http://h' }, 'http://h/v1/traces', true],
    [{ OTEL_TRACES_EXPORTER: 'none', [SHARED]: 'http://h' }, undefined, false, 'OTEL_TRACES_EXPORTER=none'],
    [{ OTEL_SDK_DISABLED: 'True', [SHARED]: 'http://h' }, undefined, false, 'OTEL_SDK_DISABLED=true'],
    [{ OTEL_SDK_DISABLED: 'false', [SHARED]: 'http://h' }, 'http://h/v1/traces'],
  ]
  for (const [env, url, console = false, offBy] of cases) {
    it(JSON.stringify(env), () => assert.deepEqual(traceDestination(env), { url, console, offBy }))
  }

  const refused: [env: Record<string, string>, message: string][] = [
    [
      { [SHARED]: 'me:s3cret@jaeger:4318?token=s3cret' },
      `${SHARED} must be an http or https URL, http://localhost:4318 for example, got "***@jaeger:4318?***".`,
    ],
    [
      { OTEL_TRACES_EXPORTER: 'zipkin' },
      'OTEL_TRACES_EXPORTER must be otlp, console, both ("otlp,console"), or none, got "zipkin".',
    ],
  ]
  for (const [env, message] of refused) {
    it(`refuses ${JSON.stringify(env)}`, () =>
      assert.throws(
        () => traceDestination(env),
        (error: unknown) => error instanceof Failure && error.message === message,
      ))
  }
})

describe('shownUrl', () => {
  it('has no secrets', () => {
    assert.equal(shownUrl('https://me:s3cret@h:4318/v1/traces?token=s3cret#x'), 'https://h:4318/v1/traces')
  })
})
