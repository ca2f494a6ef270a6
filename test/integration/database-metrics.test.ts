import assert from 'node:assert/strict'
import { runDatabaseProgram } from './scripted-program.ts'

const LABEL = /db_client_connection_pool_name="([^"]*)"/

describe('the metrics of database connection pools, as Prometheus scrapes them', () => {
  let lines: readonly string[]

  before(async () => {
    const program = await runDatabaseProgram()
    try {
      const answer = await fetch(`http://${program.target}/metrics`)
      lines = (await answer.text()).split('\n').filter(line => line.startsWith('db_client_'))
    } finally {
      await program.stop()
    }
  })

  /** The value of a series, by pool. */
  function figures(series: string, label: string = ''): Record<string, number> {
    const own = lines.filter(line => line.startsWith(`${series}{`) && line.includes(label))
    return Object.fromEntries(own.map(line => [LABEL.exec(line)?.[1] ?? '', Number(line.split(' ').at(-1))]))
  }

  it('have the names that the conventions and Prometheus’ rules give them, and no other', () => {
    const series = new Set(lines.map(line => line.slice(0, line.indexOf('{'))))
    const histograms = ['create_time', 'use_time', 'wait_time'].flatMap(each =>
      ['bucket', 'count', 'sum'].map(part => `${each}_seconds_${part}`),
    )
    const others = ['count', 'idle_max', 'idle_min', 'limit', 'pending_requests', 'timeouts_total']
    assert.deepEqual(series, new Set([...others, ...histograms].map(each => `db_client_connection_${each}`)))
  })

  for (const [series, label, orders, shop] of [
    ['count', 'db_client_connection_state="idle"', 0, 0],
    ['count', 'db_client_connection_state="used"', 3, 1],
    ['idle_max', '', 3, 1],
    ['idle_min', '', 1, 0],
    ['limit', '', 3, 1],
    ['pending_requests', '', 1, 0],
    ['timeouts_total', '', 1, 0],
    ['create_time_seconds_count', '', 4, 1],
    ['wait_time_seconds_count', '', 9, 1],
  ] as const) {
    it(`${series} ${label} is what happened`, () => {
      assert.deepEqual(figures(`db_client_connection_${series}`, label), { 'orders-db': orders, shop })
    })
  }

  it('use_time is of what came back', () => {
    assert.deepEqual(figures('db_client_connection_use_time_seconds_count'), { 'orders-db': 6 })
    assert(figures('db_client_connection_use_time_seconds_sum')['orders-db']! >= 0.007)
  })
})
