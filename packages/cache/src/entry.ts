/**
 * What a hit touches: a value, and beside it, in the same cache line, one small integer. A million random hits cost what
 * they wait for memory, so nothing else may be looked at. The low bits of `meta` are the policy's marks, the others the
 * entry's slot, under which lies all that only a miss needs.
 */
export class Entry<V> {
  value: V
  meta: number

  constructor(value: V, slot: number) {
    this.value = value
    this.meta = slot << MARK_BITS
  }
}

/** How many of the low bits are marks. */
export const MARK_BITS = 8
/** Slots there can be: what is left of 32 bits. */
export const MAX_SLOTS: number = 2 ** (32 - MARK_BITS) - 1
/** How often an entry was hit since it was last looked at, up to this. */
export const VISITS = 3
/** Set while the entry is among the new arrivals. */
export const ARRIVED = 4

export function slotOf(entry: Entry<unknown>): number {
  return entry.meta >>> MARK_BITS
}
