import assert from 'node:assert/strict'
import { isLeaseholdError } from '@leasehold/core'
import { Environment } from '../../src/environment.ts'
import type { LivePlan } from '../../src/live/live-plan.ts'
import { ProblemLog } from '../../src/problem-log.ts'
import { checkedTelemetryOptions, type StartTelemetryOptions } from '../../src/telemetry-options.ts'
import { telemetryPlan } from '../../src/telemetry-plan.ts'
import { warningsDuring } from '../support/warnings.ts'

function plan(options: StartTelemetryOptions, variables: NodeJS.ProcessEnv = {}): LivePlan | undefined {
  const env = new Environment(variables, new ProblemLog())
  return telemetryPlan(checkedTelemetryOptions(options), env).metrics.prometheus?.live
}

const ROOT = { path: '/', jaegerUrl: undefined }
const JAEGER = 'http://localhost:16686'

describe('the plan of the live page', () => {
  for (const [title, options, variables, expected] of [
    ['off unless asked', {}, {}, undefined],
    ['on by option', { live: true }, {}, ROOT],
    ['on by an empty object', { live: {} }, {}, ROOT],
    ['elsewhere, ending with a slash', { live: { path: '/now' } }, {}, { ...ROOT, path: '/now/' }],
    ['with links to Jaeger', { live: { jaegerUrl: JAEGER } }, {}, { ...ROOT, jaegerUrl: JAEGER }],
    ['on by variable', {}, { LEASEHOLD_LIVE: '1' }, ROOT],
    [
      'on by variable, in words, with links',
      {},
      { LEASEHOLD_LIVE: 'true', LEASEHOLD_LIVE_JAEGER_URL: JAEGER },
      { ...ROOT, jaegerUrl: JAEGER },
    ],
    ['off by variable', {}, { LEASEHOLD_LIVE: '0' }, undefined],
    ['off by option, which goes before the variable', { live: false }, { LEASEHOLD_LIVE: '1' }, undefined],
  ] as const) {
    it(`is ${title}`, () => assert.deepEqual(plan(options, variables), expected))
  }

  for (const [options, message] of [
    [{ live: 'yes' }, 'live must be true | false | { path, jaegerUrl }, got "yes"'],
    [{ live: { port: 1 } }, 'unknown option "live.port"; known are path, jaegerUrl'],
    [{ live: { path: 'x' } }, `live.path must be a path that begins with '/', without '?' and '#', got "x"`],
    [
      { live: { jaegerUrl: 'javascript:x' } },
      'live.jaegerUrl must be an http or https URL, got "javascript:x"',
    ],
    [
      { live: true, metrics: 'none' },
      'live must be false without metrics.prometheus, on whose port it is served, got true',
    ],
    [
      { live: true, metrics: { prometheus: false } },
      'live must be false without metrics.prometheus, on whose port it is served, got true',
    ],
    [
      { live: {}, preset: 'test' },
      'live must be false without metrics.prometheus, on whose port it is served, got an object',
    ],
    [
      { live: { path: '/metrics' } },
      'live.path must be another path than metrics.prometheus.path ("/metrics"), got "/metrics/"',
    ],
    [
      { live: true, metrics: { prometheus: { path: '/' } } },
      'live.path must be another path than metrics.prometheus.path ("/"), got "/"',
    ],
    [
      { live: true, metrics: { prometheus: { path: '/live/events' } } },
      'live.path must be another path than metrics.prometheus.path ("/live/events"), got "/"',
    ],
  ] as const) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      assert.throws(
        () => plan(options as object),
        (error: Error & { code?: string }) => {
          assert.ok(isLeaseholdError(error))
          assert.deepEqual([error.code, error.message], ['ERR_CONFIG', `startTelemetry: ${message}`])
          return true
        },
      )
    })
  }

  for (const [options, variables, warning] of [
    [
      { metrics: 'none' },
      { LEASEHOLD_LIVE: '1' },
      'LEASEHOLD_LIVE has no effect: the live page is served beside metrics for Prometheus, and there are none',
    ],
    [
      { live: true },
      { OTEL_METRICS_EXPORTER: 'otlp' },
      'OTEL_METRICS_EXPORTER leaves out prometheus, and so the option live: the live page is served beside metrics for Prometheus, and there are none',
    ],
    [{}, { LEASEHOLD_LIVE: 'on' }, `LEASEHOLD_LIVE must be 'true' or 'false', got "on": not used`],
    [
      { metrics: { prometheus: { path: '/' } } },
      { LEASEHOLD_LIVE: '1' },
      'LEASEHOLD_LIVE has no effect: the live page would be at /, where the metrics are',
    ],
  ] as const) {
    it(`warns of ${JSON.stringify(variables)} beside ${JSON.stringify(options)}, and goes on`, async () => {
      const warnings = await warningsDuring(() => assert.equal(plan(options, variables), undefined))
      assert.deepEqual(warnings, [warning])
    })
  }
})
