import type { MappingRow } from '../live/live-state.ts'
import { figure, identity } from './cells.ts'
import { DataTable } from './data-table.ts'
import { bytes, count } from './numbers.ts'
import { keyOf } from './resource-table.ts'

export function mappingTable(section: HTMLElement): DataTable<MappingRow> {
  return new DataTable({
    section,
    caption: 'Mapped files',
    noun: ['mapped file', 'mapped files'],
    empty: 'No mapped files.',
    key: keyOf,
    columns: [
      identity('File'),
      figure('Mapped', ({ mapped }) => count(mapped)),
      figure('By file I/O', ({ onFile }) => count(onFile)),
      figure('Size', row => bytes(row.bytes)),
      figure(
        'Faults',
        ({ faults }) => count(faults),
        () => 'bad',
      ),
      figure(
        'Fallbacks',
        ({ fallbacks }) => count(fallbacks),
        () => 'warn',
      ),
    ],
  })
}
