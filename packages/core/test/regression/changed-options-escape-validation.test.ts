import assert from 'node:assert/strict'
import { ResourceRegistry, type TrackOptions } from '../../src/index.ts'

describe('an options object that is changed and used again', () => {
  const options = (): TrackOptions<number> & { retry: object; telemetry: object } => ({
    kind: 'k',
    name: 'n',
    cleanup() {},
    retry: { idempotent: true },
    telemetry: { spans: 'off' },
  })

  for (const [option, change] of Object.entries<(o: ReturnType<typeof options>) => void>({
    'retry.idempotent': o => Object.assign(o.retry, { idempotent: false }),
    'retry.attempts': o => Object.assign(o.retry, { attempts: 0 }),
    'telemetry.spans': o => Object.assign(o.telemetry, { spans: 'some' }),
    'telemetry.slow': o => Object.assign(o.telemetry, { slow: 3 }),
  })) {
    it(`is checked anew: ${option}`, () => {
      const registry = new ResourceRegistry()
      const reused = options()
      registry.track(1, reused)
      registry.track(1, reused)
      change(reused)
      assert.throws(() => registry.track(1, reused), { code: 'ERR_CONFIG', option })
      assert.equal(registry.stats().acquired, 2)
    })
  }
})
