/**
 * A million random steps of the model:
 *
 *     node --conditions=leasehold-source --import=tsx packages/cache/test/model/long-run.ts [steps] [seed]
 */
import { fileURLToPath } from 'node:url'
import { CacheModel, OPERATIONS } from './cache-model.ts'

/** @returns how many disposals there were */
export async function longRun(steps: number, seed: number): Promise<number> {
  let state = seed
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return (state >>> 8) % below
  }
  let disposals = 0
  // Several caches, one after the other: each is closed, and its accounts are settled.
  for (let done = 0; done < steps;) {
    const model = new CacheModel({
      maxEntries: 1 + random(12),
      maxBytes: 10 + random(80),
      ttlMillis: 1 + random(60),
      staleMillis: 1 + random(30),
    })
    for (let i = Math.min(5_000, steps - done); i > 0; i--, done++) {
      await model.step({ op: OPERATIONS[random(OPERATIONS.length)]!, key: random(12), n: random(1_000) })
    }
    await model.finish()
    disposals += model.disposals
  }
  return disposals
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [steps = '1000000', seed = '1'] = process.argv.slice(2)
  const startedAt = Date.now()
  const disposals = await longRun(Number(steps), Number(seed))
  console.log(
    `${steps} steps, ${disposals} disposals, ${Math.round((Date.now() - startedAt) / 1_000)} s: all accounts agree`,
  )
}
