import assert from 'node:assert/strict'
import { Environment } from '../src/environment.ts'
import { ProblemLog } from '../src/problem-log.ts'
import { detectedResource } from '../src/resource.ts'
import type { ResourcePlan } from '../src/telemetry-plan.ts'
import { withVariables } from './support/variables.ts'
import { warningsDuring } from './support/warnings.ts'

const nothing: ResourcePlan = { serviceName: undefined, serviceVersion: undefined, attributes: {} }

function attributes(plan: Partial<ResourcePlan> = {}): Record<string, unknown> {
  return detectedResource({ ...nothing, ...plan }, new Environment(process.env, new ProblemLog())).attributes
}

describe('resource', () => {
  it('tells service, process and machine, and not how the process was started', () => {
    const found = attributes()
    assert.match(String(found['service.name']), /^unknown_service:/)
    assert.match(String(found['service.instance.id']), /^[0-9a-f-]{36}$/)
    assert.equal(found['process.pid'], process.pid)
    assert.equal(found['process.runtime.name'], 'nodejs')
    assert.equal(found['telemetry.sdk.language'], 'nodejs')
    assert.ok(String(found['host.name']).length > 0)
    assert.deepEqual(
      Object.keys(found).filter(key => /command|owner|executable/.test(key)),
      [],
    )
  })

  it('takes options before variables', () => {
    withVariables(
      { OTEL_SERVICE_NAME: 'env', OTEL_RESOURCE_ATTRIBUTES: 'a=1,b=x%20y,service.version=9' },
      () => {
        const fromEnv = attributes()
        assert.equal(fromEnv['service.name'], 'env')
        assert.deepEqual([fromEnv['a'], fromEnv['b'], fromEnv['service.version']], ['1', 'x y', '9'])
        const own = attributes({ serviceName: 'own', serviceVersion: '1', attributes: { a: 2 } })
        assert.deepEqual(
          [own['service.name'], own['service.version'], own['a'], own['b']],
          ['own', '1', 2, 'x y'],
        )
      },
    )
  })

  for (const [value, entry] of [
    ['no pairs', '1'],
    ['a=1,=x,b=2', '2'],
    ['a=1,b=2,c=%zz,d', '3, 4'],
  ] as const) {
    it(`warns of OTEL_RESOURCE_ATTRIBUTES="${value}", and uses what can be used`, async () => {
      const warnings = await warningsDuring(() =>
        withVariables({ OTEL_RESOURCE_ATTRIBUTES: value, OTEL_SERVICE_NAME: 's' }, () => {
          const found = attributes()
          assert.equal(found['service.name'], 's')
          if (value.includes('a=1')) assert.deepEqual([found['a'], found['b']], ['1', '2'])
        }),
      )
      assert.deepEqual(warnings, [
        `OTEL_RESOURCE_ATTRIBUTES must be key=value,key=value, percent-encoded: entry ${entry} not used`,
      ])
    })
  }

  it('takes the name of the service from OTEL_RESOURCE_ATTRIBUTES too, without a warning', async () => {
    const warnings = await warningsDuring(() =>
      withVariables({ OTEL_RESOURCE_ATTRIBUTES: 'service.name=orders' }, () => {
        assert.equal(attributes()['service.name'], 'orders')
      }),
    )
    assert.deepEqual(warnings, [])
  })
})
