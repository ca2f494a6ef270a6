import { LeaseHandle } from '@leasehold/core'

/**
 * A loan: while it lasts its value is not disposed of, even if it leaves the cache meanwhile. `using` and `await using`
 * release it at the end of their block.
 */
export class CacheLease<V> extends LeaseHandle<V> implements Disposable {
  [Symbol.dispose](): void {
    void this.release()
  }
}
