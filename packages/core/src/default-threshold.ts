/** What a registry's watch says of leases that have no leak threshold of their own; also of those that are live. */
export class DefaultThreshold {
  /** undefined: as the registry's settings had it when they were taken. */
  watchedMillis: number | undefined
}
