// A suite of mocha's in which a test that leaks fails: nothing in it says so, only
//
//   npx mocha --require @leasehold/leak-detector/mocha mocha.spec.mjs
import { it } from 'mocha'
import { ResourceRegistry } from '@leasehold/core'

const take = name => ResourceRegistry.default.track(name, { kind: 'demo.thing', name, cleanup: () => {} })

it('gives back what it takes', async () => {
  const lease = take('careful')
  await lease.release()
})

it('forgets what it took', () => {
  take('forgotten')
})
