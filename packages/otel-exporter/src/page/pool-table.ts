import type { PoolRow } from '../live/live-state.ts'
import { chart, figure, filled, identity, words } from './cells.ts'
import { DataTable } from './data-table.ts'
import { count } from './numbers.ts'
import { keyOf } from './resource-table.ts'

export function poolTable(section: HTMLElement): DataTable<PoolRow> {
  return new DataTable({
    section,
    caption: 'Pools, their resources and queues',
    noun: ['pool', 'pools'],
    empty: 'No pools.',
    key: keyOf,
    columns: [
      identity('Pool'),
      filled('In use', ({ used, limit }) => `${count(used)} of ${count(limit)}`, usedShare, usedTone),
      figure('Idle', ({ idle }) => count(idle)),
      figure('Creating', ({ creating }) => count(creating)),
      figure('Destroying', ({ destroying }) => count(destroying)),
      chart('Waiting, 2 min', ({ trend }) => trend),
      figure(
        'Waiting',
        ({ waiting }) => count(waiting),
        () => 'warn',
      ),
      figure(
        'Time-outs',
        ({ timeouts }) => count(timeouts),
        () => 'bad',
      ),
      words(
        'Breaker',
        ({ breaker }) => breaker,
        ({ breaker }) => (breaker === 'closed' ? 'plain' : 'bad'),
      ),
    ],
  })
}

function usedShare({ used, limit }: PoolRow): number {
  return limit === 0 ? 0 : used / limit
}

function usedTone(row: PoolRow): 'plain' | 'warn' {
  return usedShare(row) >= 1 ? 'warn' : 'plain'
}
