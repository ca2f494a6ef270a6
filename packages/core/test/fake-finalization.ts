import { ResourceRegistry, type RegistryOptions } from '../src/index.ts'

/** A registry whose leases are garbage-collected when told to. */
export function collectableRegistry(options: RegistryOptions): {
  registry: ResourceRegistry
  /** As if the handles of all its live leases had been collected. */
  collect(): void
} {
  const real = globalThis.FinalizationRegistry
  const watched = new Map<unknown, unknown>()
  let tell: (held: unknown) => void = () => {}
  class FakeFinalizationRegistry {
    constructor(callback: (held: unknown) => void) {
      tell = callback
    }
    register(_: WeakKey, held: unknown, token: unknown): void {
      watched.set(token, held)
    }
    unregister(token: unknown): void {
      watched.delete(token)
    }
  }
  globalThis.FinalizationRegistry = FakeFinalizationRegistry as unknown as typeof FinalizationRegistry
  try {
    const registry = new ResourceRegistry({ ...options, sampling: { gc: 1 } })
    return {
      registry,
      collect() {
        for (const held of [...watched.values()]) tell(held)
        watched.clear()
      },
    }
  } finally {
    globalThis.FinalizationRegistry = real
  }
}
