import type { ResourceState } from './resource.ts'

/** How many resources are in each state: plain integers, changed where the thing happens. */
export class PoolCounts implements Record<Exclude<ResourceState, 'gone'>, number> {
  idle: number = 0
  borrowed: number = 0
  validating: number = 0
  resetting: number = 0
  creating: number = 0
  destroying: number = 0

  get size(): number {
    return this.live + this.destroying
  }

  /** All that are, or may become, of use: the size without those being destroyed. */
  get live(): number {
    return this.idle + this.borrowed + this.validating + this.resetting + this.creating
  }
}
