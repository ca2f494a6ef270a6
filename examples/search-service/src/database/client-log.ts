import { isLeaseholdError } from '@leasehold/core'
import pg from 'pg'
import { summarizeLatency } from '../load/latency.ts'
import type { DatabaseConnection } from './database-connection.ts'

/** What the loans and the clients came to, in the program's own counts: nothing of it is asked of the pool. */
export interface ClientFigures {
  readonly connected: number
  readonly loans: number
  /** Of the loans: those that were not served at once, and for how long they waited. */
  readonly waits: { readonly count: number; readonly p95Millis: number; readonly maxMillis: number }
  /** How many waited at once. */
  readonly mostWaiting: number
  readonly acquireTimeouts: number
  readonly queryTimeouts: number
  /** Connections that ended while they were in use, or idle. */
  readonly lost: number
  /** For each client that broke and was replaced: from then until its successor was connected. */
  readonly recoveryMillis: readonly number[]
}

/** pg has no code for it. */
const QUERY_TIMEOUT = 'Query read timeout'

/** After these the server has closed the session, although it has said so. */
const FATAL = new Set(['FATAL', 'PANIC'])

/**
 * Whether a client that failed with `error` may not be lent again. An answer of the server's leaves the session usable;
 * anything else (a lost connection, a query that was no longer waited for) leaves it in a state that nobody knows.
 */
export function isBroken(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || FATAL.has(error.severity ?? '')
}

/** Counts what happens to database clients as whoever uses them sees it. */
export class ClientLog {
  readonly #waits: number[] = []
  readonly #open: number[] = []
  readonly #recoveries: number[] = []
  readonly #broken: WeakSet<DatabaseConnection> = new WeakSet()
  #connected = 0
  #loans = 0
  #mostWaiting = 0
  #acquireTimeouts = 0
  #queryTimeouts = 0
  #lost = 0

  /** A client begun before another broke is not its successor. */
  connected(begunAt: number): void {
    this.#connected++
    const [brokenAt] = this.#open
    if (brokenAt === undefined || begunAt < brokenAt) return
    this.#open.shift()
    this.#recoveries.push(performance.now() - brokenAt)
  }

  waiting(waiting: number): void {
    this.#mostWaiting = Math.max(this.#mostWaiting, waiting)
  }

  lent(waitMillis: number): void {
    this.#loans++
    if (waitMillis > 0) this.#waits.push(waitMillis)
  }

  /** A client that may not be lent again; told twice, it is counted once. */
  broke(connection: DatabaseConnection, error: unknown): void {
    if (this.#broken.has(connection)) return
    this.#broken.add(connection)
    this.#open.push(performance.now())
    if (error instanceof Error && error.message === QUERY_TIMEOUT) this.#queryTimeouts++
    else this.#lost++
  }

  /** An acquire or what was done with its client has failed. */
  failed(error: unknown): void {
    if (isLeaseholdError(error) && error.code === 'ERR_POOL_TIMEOUT') this.#acquireTimeouts++
  }

  figures(): ClientFigures {
    const { count, p95, max } = summarizeLatency(this.#waits)
    return {
      connected: this.#connected,
      loans: this.#loans,
      waits: { count, p95Millis: p95, maxMillis: max },
      mostWaiting: this.#mostWaiting,
      acquireTimeouts: this.#acquireTimeouts,
      queryTimeouts: this.#queryTimeouts,
      lost: this.#lost,
      recoveryMillis: [...this.#recoveries],
    }
  }
}
