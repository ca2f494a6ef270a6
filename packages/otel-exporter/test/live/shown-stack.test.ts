import assert from 'node:assert/strict'
import { shownStack } from '../../src/live/shown-stack.ts'

describe('a stack on the live page', () => {
  for (const [frame, shown] of [
    ['at take (file:///srv/app/src/take.js:1:2)', 'at take (src/take.js:1:2)'],
    ['at async Pool.acquire (/srv/app/src/pool.js:1:2)', 'at async Pool.acquire (src/pool.js:1:2)'],
    ['at file:///srv/app/src/take.js:1:2', 'at src/take.js:1:2'],
    ['at take (/home/ada/My Code (old)/take.js:1:2)', 'at take (…/take.js:1:2)'],
    ['at async file:///opt/shared/take.js:1:2', 'at async …/take.js:1:2'],
    ['at take (/home/ada/node_modules/pg/lib/client.js:1:2)', 'at take (node_modules/pg/lib/client.js:1:2)'],
    ['at take (C:\\Users\\ada\\take.js:1:2)', 'at take (…/take.js:1:2)'],
    ['at take (file:///C:/Users/ada/take.js:1:2)', 'at take (…/take.js:1:2)'],
    ['at async Promise.all (index 0)', 'at async Promise.all (index 0)'],
    ['at node:internal/timers:1:2', 'at node:internal/timers:1:2'],
  ] as const) {
    it(`shows ${frame} as ${shown}`, () => {
      assert.equal(
        shownStack(`Error\n    ${frame}\n    ${frame}`, '/srv/app'),
        `Error\n    ${shown}\n    ${shown}`,
      )
    })
  }

  it('is bounded, and quick for one made to take long', () => {
    assert.ok(shownStack(`    at ${' ('.repeat(1_000_000)}`, '/srv/app').length <= 4_000)
  })
})
