import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Bench, ours, theirs, Things } from './contestants.ts'
import { differences } from './differences.ts'

describe('what differs from generic-pool', () => {
  for (const difference of differences) {
    it(difference.name, async () => {
      for (const [contestant, expected] of [
        [theirs, difference.theirs],
        [ours, difference.ours],
      ] as const) {
        const is = await Bench.run(contestant, bench => difference.run(bench, new Things()))
        assert.equal(is, expected, contestant.title)
      }
    })
  }

  it('is in the README, row by row', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
    const rows = readme.split('\n').map(line => line.split('|').map(cell => cell.trim()))
    const table = rows.filter(([first, , , , , last]) => first === '' && last === '')
    for (const { name, theirs: there, ours: here, why } of differences) {
      const row = table.find(cells => cells[1] === name)
      assert.deepEqual(row?.slice(1, 5), [name, there, here, why])
    }
  })
})
