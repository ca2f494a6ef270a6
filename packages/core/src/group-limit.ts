/**
 * How many pairs of kind and name are told apart, in a registry and in the process's metrics. An SDK keeps 2,000 attribute
 * sets for an instrument, and the cleanups' counter has five outcomes for each pair; beyond, it would throw figures
 * together without a word.
 */
export const MAX_GROUPS = 384

/** The name under which leases are counted beyond: nothing is lost, and memory does not grow with names. */
export const OTHER = '_OTHER'
