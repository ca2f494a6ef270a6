import assert from 'node:assert/strict'
import { LeaseHandle, reclaim, ResourceRegistry, withScope, type LeaseRef } from '../src/index.ts'

/** A lease that can do more, as packages have them. */
class Loan extends LeaseHandle<string> {
  readonly ref: LeaseRef

  constructor(ref: LeaseRef) {
    super(ref)
    this.ref = ref
  }

  shout(): string {
    return this.value.toUpperCase()
  }
}

const options = { kind: 'k', name: 'n', cleanup: () => {} }

describe('a lease of a package’s own class', () => {
  it('is what track() gives, with all that a lease has', async () => {
    const registry = new ResourceRegistry()
    const loan = registry.track('a', options, Loan)
    assert.equal(loan.shout(), 'A')
    await loan.release()
    assert.throws(() => loan.shout(), { code: 'ERR_LEASE_RELEASED' })
    assert.equal(registry.stats().outcomes.success, 1)
  })

  it('can be added to a scope', async () => {
    const registry = new ResourceRegistry()
    await withScope(async scope => void scope.add(registry.track('a', options, Loan)), { registry })
    assert.equal(registry.stats().outcomes.success, 1)
  })

  it('can be taken back without its owner, whose release is then no double one', async () => {
    const registry = new ResourceRegistry()
    const loan = registry.track('a', options, Loan)
    await reclaim(loan.ref)
    assert.equal(loan.state, 'released')
    await reclaim(loan.ref)
    await loan.release()
    assert.equal(registry.stats().doubleReleases, 0)
    await loan.release()
    assert.equal(registry.stats().doubleReleases, 1)
  })
})
