/**
 * How many pairs of kind and name are told apart, in a registry and in the process's metrics. An SDK keeps 2,000 attribute
 * sets for an instrument, and the cleanups' counter has five outcomes for each pair; beyond, it would throw figures
 * together without a word.
 */
export const MAX_GROUPS = 384
/** With the kinds' own `_OTHER`: together five times as many are still fewer than 2,000. */
const MAX_GROUPS_AND_OTHERS = MAX_GROUPS + 14

/** The name under which what lies beyond a limit is counted: nothing is lost, and memory does not grow with names. */
export const OTHER = '_OTHER'

export interface KindAndName {
  readonly kind: string
  readonly name: string
}

/**
 * As what a new pair is counted where `size` pairs are told apart already: as itself, as its kind's other, or, as
 * those are limited too, as the one that takes all. The answer for a pair never changes once `size` is at its limit.
 *
 * @param known the names that the kind has, if it is known
 */
export function countedAs(
  asked: KindAndName,
  size: number,
  known: { has(name: string): boolean } | undefined,
): KindAndName {
  if (size < MAX_GROUPS || (asked.kind === OTHER && asked.name === OTHER)) return asked
  const hasRoom = known !== undefined && (known.has(OTHER) || size < MAX_GROUPS_AND_OTHERS)
  return { kind: hasRoom ? asked.kind : OTHER, name: OTHER }
}
