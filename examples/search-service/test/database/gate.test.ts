import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Gate } from '../../src/database/gate.ts'

describe('Gate', () => {
  it('never lets more through than its limit, in the order of arrival, also past failures', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.boolean(), { maxLength: 12 }),
        async (scheduler, limit, fails) => {
          const gate = new Gate(limit)
          const entered: number[] = []
          let inside = 0
          const visits = fails.map((fail, visitor) =>
            gate.run(async () => {
              entered.push(visitor)
              assert.ok(++inside <= limit)
              await scheduler.schedule(Promise.resolve())
              inside--
              if (fail) throw new Error(`visitor ${visitor}`)
              return visitor
            }),
          )
          const settled = Promise.allSettled(visits)
          await scheduler.waitFor(settled)
          assert.deepEqual(
            entered,
            fails.map((_, visitor) => visitor),
          )
          assert.deepEqual(
            (await settled).map(({ status }) => status),
            fails.map(fail => (fail ? 'rejected' : 'fulfilled')),
          )
          assert.equal(inside, 0)
        },
      ),
    )
  })
})
