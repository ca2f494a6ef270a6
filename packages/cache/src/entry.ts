/**
 * What a hit touches: a value, and beside it, in the same cache line, one small integer. A million random hits cost what
 * they wait for memory, so nothing else may be looked at. The low bits of `meta` are the policy's marks, the others the
 * entry's slot, under which lies all that only a miss needs. One that has left is used again for what comes next, so it
 * must not be held across anything that may change the cache.
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
const MARK_BITS = 8
/** All marks: {@link VISITED}, and from {@link STAMP_SHIFT} up the generation in which the entry was touched last. */
export const MARKS: number = 2 ** MARK_BITS - 1
/** Set by a hit: the policy has not looked at it since. */
export const VISITED = 1
export const STAMP_SHIFT = 1
/** Slots there can be: what is left of 32 bits. */
export const MAX_SLOTS: number = 2 ** (32 - MARK_BITS) - 1

export function slotOf(entry: Entry<unknown>): number {
  return entry.meta >>> MARK_BITS
}

/** The generation of the last hit, or of the arrival. */
export function stampOf(entry: Entry<unknown>): number {
  return (entry.meta & MARKS) >>> STAMP_SHIFT
}

export function setMarks(entry: Entry<unknown>, marks: number): void {
  entry.meta = (entry.meta & ~MARKS) | marks
}
