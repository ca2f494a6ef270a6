import { context } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import { describe } from '../failure-text.ts'
import type { ProblemLog } from '../problem-log.ts'
import type { OtlpClient, OtlpSignal } from './otlp-client.ts'

export interface DeliveryQueueOptions<Batch> {
  readonly signal: OtlpSignal
  readonly client: OtlpClient
  readonly problems: ProblemLog
  readonly maxBatches: number
  readonly serialize: (batch: Batch) => Uint8Array | undefined
  /** How many items a batch has. */
  readonly countOf: (batch: Batch) => number
  /** What a back end that took the batch says of parts that it did not take. */
  readonly complaint: (answer: Uint8Array) => string | undefined
}

/**
 * Stands between an SDK processor and the network. The processor is told "done" at once: its own wait for an export
 * runs on a timer that would keep the program alive. Batches are sent one after the other; beyond `maxBatches` waiting
 * the oldest is dropped, and counted.
 */
export class DeliveryQueue<Batch> {
  readonly #options: DeliveryQueueOptions<Batch>
  /** Items, not batches, that the back end has acknowledged. */
  delivered: number = 0
  #waiting: Batch[] = []
  #running: Promise<void> | undefined
  #abort: AbortController = new AbortController()
  #hurry: AbortController = new AbortController()

  constructor(options: DeliveryQueueOptions<Batch>) {
    this.#options = options
  }

  push(batch: Batch): void {
    this.#waiting.push(batch)
    if (this.#waiting.length > this.#options.maxBatches) {
      this.#waiting.shift()
      this.#lost('the back end does not keep up')
    }
    this.#start()
  }

  /** Resolves when nothing waits and nothing is under way. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running
  }

  /** From now until `resume`, what the back end refuses is not tried again: the program wants to end. */
  hurry(): void {
    if (this.#isPaused) this.resume()
    this.#hurry.abort()
  }

  /** Gives up what waits and what is under way. What comes after waits for `resume` or the next `hurry`. */
  giveUp(): void {
    this.#waiting.splice(0).forEach(() => this.#lost('the program did not wait for it'))
    this.#abort.abort(new Error('the deadline for the last delivery has passed'))
  }

  resume(): void {
    if (this.#hurry.signal.aborted) this.#hurry = new AbortController()
    if (this.#abort.signal.aborted) this.#abort = new AbortController()
    this.#start()
  }

  get isDown(): boolean {
    return this.#options.client.isDown
  }

  close(): void {
    this.#options.client.close()
  }

  /** Given up, and not resumed since: there is no other reason to abort. */
  get #isPaused(): boolean {
    return this.#abort.signal.aborted
  }

  #start(): void {
    if (this.#isPaused || this.#waiting.length === 0) return
    this.#running ??= context.with(suppressTracing(context.active()), () => this.#run())
  }

  async #run(): Promise<void> {
    try {
      while (!this.#isPaused) {
        const batch = this.#waiting.shift()
        if (batch === undefined) break
        await this.#deliver(batch)
      }
    } finally {
      this.#running = undefined
    }
    // Resumed, or given more, between the loop's end and here.
    this.#start()
  }

  async #deliver(batch: Batch): Promise<void> {
    const { signal, client, problems, serialize, countOf, complaint } = this.#options
    try {
      const data = serialize(batch)
      if (data === undefined) return
      const answer = await client.send(data, { signal: this.#abort.signal, hurry: this.#hurry.signal })
      this.delivered += countOf(batch)
      const text = complaint(answer)
      if (text !== undefined)
        problems.report(`${signal}: taken only in part`, `${signal}: the back end says: ${text}`)
    } catch (error) {
      this.#lost(describe(error))
    }
  }

  #lost(why: string): void {
    const { signal, client, problems } = this.#options
    const target = `${client.url.protocol}//${client.url.host}${client.url.pathname}`
    problems.report(`${signal}: batches lost`, `${signal}: a batch for ${target} was lost: ${why}`)
  }
}
