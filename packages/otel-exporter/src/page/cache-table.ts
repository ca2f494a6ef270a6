import type { CacheRow } from '../live/live-state.ts'
import { chart, figure, filled, identity } from './cells.ts'
import { DataTable } from './data-table.ts'
import { bytes, count, percent } from './numbers.ts'
import { keyOf } from './resource-table.ts'

export function cacheTable(section: HTMLElement): DataTable<CacheRow> {
  return new DataTable({
    section,
    caption: 'Caches, their hit rate and memory',
    noun: ['cache', 'caches'],
    empty: 'No caches.',
    key: keyOf,
    columns: [
      identity('Cache'),
      filled('Full', fullText, fullShare, () => 'plain'),
      chart('Size, 2 min', ({ trend }) => trend),
      figure('Hit rate', ({ hitRatio }) => percent(hitRatio)),
      figure('Requests', ({ requests }) => count(requests)),
      figure('Entries', ({ entries }) => count(entries)),
      figure('Memory', row => bytes(row.bytes)),
      figure('Retired', ({ retiredBytes }) => (retiredBytes === 0 ? '–' : bytes(retiredBytes))),
      figure('Evicted', ({ evictions }) => count(evictions)),
    ],
  })
}

/** By its bytes where they are limited, else by its entries. */
function fullText({ bytes: held, byteLimit, entries, entryLimit }: CacheRow): string {
  if (byteLimit !== null) return `${bytes(held)} of ${bytes(byteLimit)}`
  return entryLimit === null ? 'no limit known' : `${count(entries)} of ${count(entryLimit)} entries`
}

function fullShare({ bytes: held, byteLimit, entries, entryLimit }: CacheRow): number {
  if (byteLimit !== null) return byteLimit === 0 ? 0 : held / byteLimit
  return entryLimit === null || entryLimit === 0 ? 0 : entries / entryLimit
}
