import type { Identity, Named, ResourceRow } from '../live/live-state.ts'
import { chart, figure, identity } from './cells.ts'
import { DataTable } from './data-table.ts'
import { count, duration, percent, rate } from './numbers.ts'

export const keyOf = ({ kind = '', name }: Named & Partial<Identity>): string => `${kind}\u0000${name}`

export function resourceTable(section: HTMLElement): DataTable<ResourceRow> {
  return new DataTable({
    section,
    caption: 'Resources by kind and name',
    noun: ['resource', 'resources'],
    empty: 'Nothing has been acquired yet.',
    key: keyOf,
    columns: [
      identity('Resource'),
      chart('Live, 2 min', ({ trend }) => trend),
      figure('Live', ({ live }) => count(live)),
      figure(
        'Overdue',
        ({ overdue }) => count(overdue),
        () => 'bad',
      ),
      figure('Releasing', ({ releasing }) => count(releasing)),
      figure('A second', row => rate(row.rate)),
      figure('Acquired', ({ acquired }) => count(acquired)),
      figure('Cleaned up', ({ succeeded, forced }) => count(succeeded + forced)),
      figure(
        'Failed',
        ({ failed }) => count(failed),
        () => 'bad',
      ),
      figure('Success', ({ succeeded, failed }) => percent(ratio(succeeded, failed)), successTone),
      figure('Oldest', ({ live, oldestSeconds }) => (live === 0 ? '–' : duration(oldestSeconds))),
    ],
  })
}

function ratio(succeeded: number, failed: number): number | null {
  return succeeded + failed === 0 ? null : succeeded / (succeeded + failed)
}

function successTone({ succeeded, failed }: ResourceRow): 'plain' | 'warn' | 'bad' {
  const share = ratio(succeeded, failed) ?? 1
  return share >= 0.999 ? 'plain' : share >= 0.99 ? 'warn' : 'bad'
}
