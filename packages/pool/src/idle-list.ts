import type { Resource } from './resource.ts'

/**
 * The idle resources, from the oldest to the newest, linked through themselves. The newest is lent first: it is the
 * likeliest to be alive, and what is not needed grows old and is evicted.
 */
export class IdleList<T> {
  oldest: Resource<T> | undefined
  newest: Resource<T> | undefined

  add(resource: Resource<T>): void {
    const { newest } = this
    resource.older = newest
    if (newest === undefined) this.oldest = resource
    else newest.newer = resource
    this.newest = resource
  }

  remove(resource: Resource<T>): void {
    const { older, newer } = resource
    if (older === undefined) this.oldest = newer
    else older.newer = newer
    if (newer === undefined) this.newest = older
    else newer.older = older
    resource.older = undefined
    resource.newer = undefined
    resource.idleSince = undefined
  }

  /** From the oldest on; the one just given may be removed meanwhile. */
  *[Symbol.iterator](): Generator<Resource<T>> {
    for (let next, resource = this.oldest; resource !== undefined; resource = next) {
      next = resource.newer
      yield resource
    }
  }
}
