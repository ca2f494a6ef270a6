import type { ResourceState } from './resource.ts'

/** How many resources are in each state: plain integers, changed where the thing happens. */
export class PoolCounts implements Record<Exclude<ResourceState, 'gone'>, number> {
  idle: number = 0
  borrowed: number = 0
  validating: number = 0
  resetting: number = 0
  creating: number = 0
  destroying: number = 0

  /** Each state by its name: a property looked up by a variable costs several times as much, and this is on each loan. */
  add(state: ResourceState, by: 1 | -1): void {
    switch (state) {
      case 'idle':
        this.idle += by
        break
      case 'borrowed':
        this.borrowed += by
        break
      case 'validating':
        this.validating += by
        break
      case 'resetting':
        this.resetting += by
        break
      case 'creating':
        this.creating += by
        break
      case 'destroying':
        this.destroying += by
        break
      case 'gone':
        break
    }
  }

  get size(): number {
    return this.live + this.destroying
  }

  /** All that are, or may become, of use: the size without those being destroyed. */
  get live(): number {
    return this.idle + this.borrowed + this.validating + this.resetting + this.creating
  }
}
