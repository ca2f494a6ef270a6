import assert from 'node:assert/strict'
import { diag, metrics, trace } from '@opentelemetry/api'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import { GlobalRegistration, registered } from '../src/global-registration.ts'

const names = ['trace', 'metrics', 'context', 'propagation', 'diag'] as const
const taken = (): string[] => names.filter(name => registered(name) !== undefined)

describe('global registration', () => {
  afterEach(() => {
    for (const api of [trace, metrics, diag]) api.disable()
  })

  it('takes back all that was registered in it', () => {
    assert.deepEqual(taken(), [])
    const registration = new GlobalRegistration()
    registration.add(() => {
      new NodeTracerProvider().register()
      metrics.setGlobalMeterProvider(new MeterProvider())
    })
    assert.deepEqual(taken(), ['trace', 'metrics', 'context', 'propagation'])
    registration[Symbol.dispose]()
    assert.deepEqual(taken(), [])
  })

  it('leaves what others registered before', () => {
    metrics.setGlobalMeterProvider(new MeterProvider())
    const registration = new GlobalRegistration()
    registration.add(() => {
      metrics.setGlobalMeterProvider(new MeterProvider())
      new NodeTracerProvider().register()
    })
    registration[Symbol.dispose]()
    assert.deepEqual(taken(), ['metrics'])
  })

  it('leaves what others registered since', () => {
    const registration = new GlobalRegistration()
    registration.add(() => metrics.setGlobalMeterProvider(new MeterProvider()))
    metrics.disable()
    metrics.setGlobalMeterProvider(new MeterProvider())
    registration[Symbol.dispose]()
    assert.deepEqual(taken(), ['metrics'])
  })
})
