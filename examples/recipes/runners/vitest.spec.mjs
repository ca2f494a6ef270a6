// A suite of vitest's in which a test that leaks fails, by an `it` of one's own:
//
//   npx vitest run vitest.spec.mjs
import { it as plain } from 'vitest'
import { ResourceRegistry } from '@leasehold/core'
import { withoutLeaks } from '@leasehold/leak-detector'

const it = (title, test) => plain(title, () => withoutLeaks(test))
const take = name => ResourceRegistry.default.track(name, { kind: 'demo.thing', name, cleanup: () => {} })

it('gives back what it takes', async () => {
  const lease = take('careful')
  await lease.release()
})

it('forgets what it took', () => {
  take('forgotten')
})
