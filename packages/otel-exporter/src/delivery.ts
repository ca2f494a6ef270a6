/** What a flush needs of a way to the network, whatever travels on it. */
export interface Delivery {
  /** Whether the back end gave no answer when last asked. */
  readonly isDown: boolean
  /** How many items the back end has acknowledged. */
  readonly delivered: number
  /** Resolves when all that it was given before is delivered or lost. */
  settled(): Promise<void>
  hurry(): void
  giveUp(): void
  resume(): void
  close(): void
}
