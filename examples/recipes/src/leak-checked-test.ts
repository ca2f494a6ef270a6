/** A test that leaks fails. Run it with `node --test`; mocha does the same by `--require @leasehold/leak-detector/mocha`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ResourceRegistry, type Lease } from '@leasehold/core'
import { withoutLeaks } from '@leasehold/leak-detector'

function take(name: string): Lease<string> {
  return ResourceRegistry.default.track(name, { kind: 'demo.thing', name, cleanup: () => {} })
}

void test('what is given back is no leak', () =>
  withoutLeaks(async () => {
    await using thing = take('careful')
    assert.equal(thing.value, 'careful')
  }))

void test('what is forgotten is one', async () => {
  let forgotten: Lease<string> | undefined
  const leaking = withoutLeaks(async () => void (forgotten = take('forgotten')), { graceMillis: 10 })
  await assert.rejects(leaking, { code: 'ERR_LEASE_LEAKED', message: /forgotten/ })
  await forgotten!.release()
})
