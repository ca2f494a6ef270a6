import assert from 'node:assert/strict'
import { ConfigError, isLeaseholdError, ResourceRegistry, type Lease } from '@leasehold/core'
import { outliving, withoutLeaks } from '../src/index.ts'

describe('withoutLeaks', () => {
  const registry = new ResourceRegistry()
  const options = { registry, graceMillis: 10 }
  const take = (more: object = {}): Lease<number> =>
    registry.track(1, { kind: 'k', name: 'n', cleanup: () => {}, ...more })

  it('gives what the function gives, where nothing is left', async () => {
    assert.equal(
      await withoutLeaks(async () => {
        await take().release()
        take({ leakThresholdMillis: false })
        return 7
      }, options),
      7,
    )
    assert.equal(await withoutLeaks(() => 8, options), 8)
  })

  it('rejects with who took what is left, also in what outlives', async () => {
    const outside = take()
    const error: unknown = await withoutLeaks(async () => {
      take()
      await outliving(async () => void take({ name: 'inner' }))
    }, options).catch((error: unknown) => error)
    assert(isLeaseholdError(error))
    assert.equal(error.code, 'ERR_LEASE_LEAKED')
    const { leases } = error as unknown as {
      leases: { id: number; kind: string; name: string; stack: string }[]
    }
    assert.deepEqual(
      leases.map(({ name }) => name),
      ['n', 'inner'],
    )
    assert.match(leases[0]!.stack, /without-leaks\.test\.ts/)
    assert.match(
      error.message,
      /^2 leases were not released:\n {2}k "n" \(lease \d+\), taken\n {6}at .*without-leaks/,
    )
    await outside.release()
  })

  it('a failure of the function’s own comes first', async () => {
    const fail = async (): Promise<void> => {
      take()
      throw new RangeError('own')
    }
    await assert.rejects(withoutLeaks(fail, options), RangeError)
  })

  it('refuses what cannot be meant', async () => {
    for (const [args, message] of [
      [[5], 'leak check: fn must be a function, got 5'],
      [
        [() => {}, { graceMillis: -1 }],
        'leak check: graceMillis must be a number of milliseconds from 0 to 2147483647, got -1',
      ],
      [[() => {}, { registry: {} }], 'leak check: registry must be a ResourceRegistry, got an object'],
      [[() => {}, { grace: 1 }], 'leak check: unknown option "grace"; known are registry, graceMillis'],
    ] as const) {
      await assert.rejects(withoutLeaks(...(args as unknown as [() => void])), (error: unknown) => {
        assert(error instanceof ConfigError)
        assert.equal(error.message, message)
        return true
      })
    }
  })
})
