import fc from 'fast-check'
import { CacheModel, OPERATIONS, type Limits, type Step } from './cache-model.ts'
import { longRun } from './long-run.ts'

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({ op: fc.constantFrom(...OPERATIONS), key: fc.nat(11), n: fc.nat(999) }),
  { minLength: 1, maxLength: 120 },
)
const limits: fc.Arbitrary<Limits> = fc.record({
  maxEntries: fc.integer({ min: 1, max: 9 }),
  maxBytes: fc.integer({ min: 1, max: 60 }),
  ttlMillis: fc.integer({ min: 1, max: 60 }),
  staleMillis: fc.integer({ min: 1, max: 30 }),
})

describe('a cache under everything at once', () => {
  it('keeps its limits and its accounts, whatever is done and whatever fails', async function () {
    this.timeout(60_000)
    await fc.assert(
      fc.asyncProperty(limits, steps, async (limits, steps) => {
        const model = new CacheModel(limits)
        for (const step of steps) await model.step(step)
        await model.finish()
      }),
      { numRuns: 150 },
    )
  })

  it('for 20,000 steps of one cache; `test/model/long-run.ts` does a million', async function () {
    this.timeout(60_000)
    await longRun(20_000, 1)
  })
})
