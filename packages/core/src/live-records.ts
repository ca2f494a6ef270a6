import type { LeaseGroup } from './lease-group.ts'
import type { LeaseRecord } from './lease-record.ts'

/** All live leases up to a number, newest first: the order in which they are released. */
export function liveRecords(groups: Iterable<LeaseGroup>, lastId: number): LeaseRecord[] {
  const live: LeaseRecord[] = []
  for (const group of groups) {
    for (const list of group.lists) {
      for (let record = list.oldest; record !== undefined; record = record.next) {
        if (record.id <= lastId) live.push(record)
      }
    }
  }
  return live.sort((a, b) => b.id - a.id)
}
