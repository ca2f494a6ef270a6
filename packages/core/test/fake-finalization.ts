import { ResourceRegistry, type RegistryOptions } from '../src/index.ts'

/** A registry whose leases are garbage-collected when told to. */
export function collectableRegistry(options: RegistryOptions): {
  registry: ResourceRegistry
  /** As if the handles of all its live leases, or of those of a kind, had been collected. */
  collect(kind?: string): void
} {
  const real = globalThis.FinalizationRegistry
  const watched = new Map<unknown, { kind: string }>()
  let tell: (held: unknown) => void = () => {}
  class FakeFinalizationRegistry {
    constructor(callback: (held: unknown) => void) {
      tell = callback
    }
    register(_: WeakKey, held: { kind: string }, token: unknown): void {
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
      collect(kind) {
        for (const [token, held] of [...watched]) {
          if (kind !== undefined && held.kind !== kind) continue
          watched.delete(token)
          tell(held)
        }
      },
    }
  } finally {
    globalThis.FinalizationRegistry = real
  }
}
