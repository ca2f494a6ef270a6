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
const MARK_BITS = 8
/** Slots there can be: what is left of 32 bits. */
export const MAX_SLOTS: number = 2 ** (32 - MARK_BITS) - 1
/** Set by a hit: the policy has not looked at it since. */
export const VISITED = 1
/** Set while the entry is among the new arrivals. */
export const ARRIVED = 2
/** Set while it is on probation: a new arrival no more, and not proved. */
export const PROBATION = 4
/** The marks from here up are the generation in which the entry was hit last, or came. */
export const STAMP_SHIFT = 3
/** What a hit sets, to what the policy says. */
export const HIT_MASK: number = 0xff & ~(ARRIVED | PROBATION)

/** Tells the policy of a hit. */
export function hit(entry: Entry<unknown>, mark: number): void {
  const { meta } = entry
  // Most often it is so already, and memory that is not written to need not be written back.
  if ((meta & HIT_MASK) !== mark) entry.meta = (meta & ~HIT_MASK) | mark
}

export function slotOf(entry: Entry<unknown>): number {
  return entry.meta >>> MARK_BITS
}
