import genericPool from 'generic-pool'
import { context, ROOT_CONTEXT } from '@opentelemetry/api'
import { AvailableList } from './available-list.ts'
import { suppressed } from './telemetry/suppression.ts'

interface InnerPool<R> {
  acquire(priority: number): Promise<R>
  release(resource: R): Promise<void>
  destroy(resource: R): Promise<void>
  readonly size: number
  readonly available: number
  readonly borrowed: number
}

/** Exported at run time, though its types do not say so. */
interface Inner {
  Pool: new <R>(
    Evictor: unknown,
    Deque: new () => AvailableList<R>,
    PriorityQueue: unknown,
    factory: { create(): Promise<R>; destroy(resource: R): Promise<void> },
    options: object,
  ) => InnerPool<R>
  DefaultEvictor: unknown
  PriorityQueue: unknown
}
const inner = genericPool as unknown as Inner

/** Priorities of its queue: what is taken is there and must not go to a request that waits for what is added. */
const TAKEN = 0
const ADDED = 1

const SUPPRESSED = suppressed(ROOT_CONTEXT)

/** Where generic-pool is instrumented too, its acquires are ours: what they do has spans already. */
function unseen<R>(fn: () => R): R {
  return context.with(SUPPRESSED, fn)
}

/**
 * The resources as generic-pool holds them. It is asked only for what it can do at once: it never creates, waits,
 * validates, evicts or times out by itself, as that is where its defects are. A resource in use, or just given back,
 * is on loan from it; one that idles lies in its store.
 */
export class ResourceStore<R extends object> {
  readonly #pool: InnerPool<R>
  readonly #available: AvailableList<R>
  readonly #arriving: R[] = []

  constructor() {
    const available = new AvailableList<R>()
    this.#available = available
    this.#pool = new inner.Pool<R>(
      inner.DefaultEvictor,
      // generic-pool calls it with `new`; this one is to be found again.
      function give(): AvailableList<R> {
        return available
      } as unknown as new () => AvailableList<R>,
      inner.PriorityQueue,
      // Rejecting would make it create again, for ever.
      { create: () => Promise.resolve(this.#arriving.shift()!), destroy: () => Promise.resolve() },
      // The limit is ours, and changes; its own cannot.
      {
        min: 0,
        max: Number.MAX_SAFE_INTEGER,
        priorityRange: 2,
        evictionRunIntervalMillis: 0,
        autostart: false,
      },
    )
  }

  /** How many it knows, in its store or on loan. */
  get size(): number {
    return this.#pool.size
  }

  /** How many lie in its store. */
  get stored(): number {
    return this.#available.hidden
  }

  /** Takes a new resource in, on loan to us at once. Resolves with one that came in, of several perhaps another. */
  add(resource: R): Promise<R> {
    this.#arriving.push(resource)
    this.#available.arriving.add(resource)
    return unseen(() => this.#pool.acquire(ADDED))
  }

  /** From loan into the store. */
  put(resource: R): void {
    void this.#pool.release(resource)
  }

  /** From the store to loan; at once, whatever generic-pool's promise says later. */
  take(resource: R): void {
    this.#available.ask(resource)
    void unseen(() => this.#pool.acquire(TAKEN))
  }

  /** Out of generic-pool's books. It must be on loan. */
  remove(resource: R): void {
    void this.#pool.destroy(resource)
  }
}
