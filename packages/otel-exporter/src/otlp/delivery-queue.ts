import { context } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import { describe } from '../failure-text.ts'
import type { ProblemLog } from '../problem-log.ts'
import type { HttpAnswer } from './http-post.ts'
import type { OtlpAnswer } from './otlp-answer.ts'
import type { OtlpClient } from './otlp-client.ts'
import type { OtlpSignal } from './otlp-target.ts'

export interface DeliveryQueueOptions<Batch> {
  readonly signal: OtlpSignal
  readonly client: OtlpClient
  readonly problems: ProblemLog
  readonly maxBatches: number
  readonly serialize: (batch: Batch) => Uint8Array | undefined
  /** How many items a batch has. */
  readonly countOf: (batch: Batch) => number
  /** What a back end that took the batch says of it. Throws where that is no back end. */
  readonly read: (answer: HttpAnswer) => OtlpAnswer
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
  /** Where the last one pushed, and the oldest that is not settled yet, stand in the order of all. */
  #pushed: number = 0
  #oldest: number = 1
  #flushes: { readonly upTo: number; readonly done: () => void }[] = []
  #isRunning: boolean = false
  #abort: AbortController = new AbortController()
  #hurry: AbortController = new AbortController()

  constructor(options: DeliveryQueueOptions<Batch>) {
    this.#options = options
  }

  push(batch: Batch): void {
    this.#waiting.push(batch)
    this.#pushed++
    if (this.#waiting.length > this.#options.maxBatches) {
      this.#waiting.shift()
      this.#lost('the back end does not keep up')
    }
    this.#start()
  }

  /**
   * Resolves when all that was pushed before is delivered or lost, or waits for `resume`. Not when nothing is left: in
   * a busy program that may never be.
   */
  async settled(): Promise<void> {
    const upTo = this.#pushed
    if (!this.#isRunning || this.#oldest > upTo) return
    await new Promise<void>(done => this.#flushes.push({ upTo, done }))
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

  get isHurried(): boolean {
    return this.#hurry.signal.aborted
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
    if (this.#isRunning || this.#isPaused || this.#waiting.length === 0) return
    this.#isRunning = true
    context.with(suppressTracing(context.active()), () => void this.#run())
  }

  async #run(): Promise<void> {
    while (!this.#isPaused) {
      const batch = this.#waiting.shift()
      if (batch === undefined) break
      // They are sent in order, and the oldest is dropped first: what waits now is all that is younger.
      this.#oldest = this.#pushed - this.#waiting.length
      await this.#deliver(batch)
      this.#oldest = this.#pushed - this.#waiting.length + 1
      this.#tell(({ upTo }) => upTo < this.#oldest)
    }
    this.#isRunning = false
    this.#tell(() => true)
  }

  #tell(isOver: (flush: { readonly upTo: number }) => boolean): void {
    const over = this.#flushes.filter(isOver)
    this.#flushes = this.#flushes.filter(flush => !over.includes(flush))
    for (const { done } of over) done()
  }

  async #deliver(batch: Batch): Promise<void> {
    const { signal, client, problems, serialize, countOf, read } = this.#options
    try {
      const data = serialize(batch)
      if (data === undefined) return
      const answer = await client.send(data, { signal: this.#abort.signal, hurry: this.#hurry.signal })
      const { rejected, message } = read(answer)
      this.delivered += Math.max(0, countOf(batch) - rejected)
      if (rejected > 0 || message !== '') {
        const text = `${rejected} rejected${message === '' ? '' : `: ${client.shown(message)}`}`
        problems.report(`${signal}: taken only in part`, `${signal}: the back end says: ${text}`)
      }
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
