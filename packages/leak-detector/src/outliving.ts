import {
  currentRequest,
  withinRequest,
  type LeaseEvent,
  type LeaseRef,
  type ResourceRegistry,
} from '@leasehold/core'
import { LeaseRequest } from './lease-request.ts'

/** The detectors that run: each hears of its registry's leases once somebody asks for requests to be followed. */
const followers = new Set<Follower>()
let isUsed = false

class Follower {
  readonly #registry: ResourceRegistry
  readonly #outlived: (lease: LeaseRef) => void
  #listener: Disposable | undefined

  constructor(registry: ResourceRegistry, outlived: (lease: LeaseRef) => void) {
    this.#registry = registry
    this.#outlived = outlived
  }

  follow(): void {
    this.#listener ??= this.#registry.on('acquire', ({ ref }: LeaseEvent) => {
      const request = currentRequest()
      if (ref !== undefined && request instanceof LeaseRequest) request.taken(ref, this.#outlived)
    })
  }

  stop(): void {
    this.#listener?.[Symbol.dispose]()
  }
}

/** Tells `outlived` of the registry's leases that outlive the requests they were taken in. */
export function followRequests(registry: ResourceRegistry, outlived: (lease: LeaseRef) => void): Disposable {
  const follower = new Follower(registry, outlived)
  followers.add(follower)
  if (isUsed) follower.follow()
  return {
    [Symbol.dispose]() {
      followers.delete(follower)
      follower.stop()
    },
  }
}

/**
 * Runs `fn`, in which whatever is taken is to be given back: a lease taken inside and still live when its promise settles
 * is a leak, and reported by the detector that watches its registry. Leases with `leakThresholdMillis: false` are not,
 * nor is what is taken in the background of a pool.
 *
 * @returns what `fn` returns, when it does
 */
export async function outliving<R>(fn: () => R | PromiseLike<R>): Promise<R> {
  const request = beginRequest()
  try {
    return await withinRequest(request, fn)
  } finally {
    request.end()
  }
}

export function beginRequest(): LeaseRequest {
  if (!isUsed) {
    isUsed = true
    for (const follower of followers) follower.follow()
  }
  return new LeaseRequest(currentRequest())
}
