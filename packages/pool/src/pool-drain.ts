import * as v from 'valibot'
import { checkOptions, flag, millis, reclaim, type Deadline, type OptionSchema } from '@leasehold/core'
import type { PoolFrame } from './pool-frame.ts'

export interface PoolDrainOptions {
  /** How long to wait for loans to come back. Default 10,000; 0 does not wait. */
  timeoutMillis?: number | undefined
  /** Whether to take back and destroy what is still borrowed then. Default false. */
  force?: boolean | undefined
}

/** What a drain did, and what it could not do. */
export interface PoolDrainReport {
  /** Everything came back by itself, and is destroyed. */
  readonly clean: boolean
  readonly elapsedMillis: number
  /** Loans that were taken back by force. */
  readonly forced: number
  /** Resources that are still there: borrowed, without `force`, or not destroyed yet. */
  readonly remaining: number
  /** Destroys that failed, or were given up, while it drained. */
  readonly failedDestroys: number
}

/** How long an aborted create may still take to end by itself. */
const CREATE_GRACE_MILLIS = 1_000

/** A destroy that hangs is given up by its own time-out, not by ours. */
const DESTROY_MARGIN_MILLIS = 1_000

const schema: OptionSchema = v.strictObject({ timeoutMillis: v.optional(millis), force: v.optional(flag) })

/** @throws ConfigError */
export function checkDrain(
  owner: string,
  options: PoolDrainOptions,
): { timeoutMillis: number; force: boolean } {
  checkOptions(`${owner}.drain`, schema, options)
  return { timeoutMillis: options.timeoutMillis ?? 10_000, force: options.force ?? false }
}

/** The end of a pool. May be run again, also while it runs: to wait longer, or to force what a first one left. */
export async function drainPool<T>(
  frame: PoolFrame<T>,
  { timeoutMillis, force }: { timeoutMillis: number; force: boolean },
): Promise<PoolDrainReport> {
  const startedAt = frame.clock.now()
  let failedDestroys = 0
  const listening = frame.events.on('destroy', event => {
    if ('error' in event) failedDestroys++
  })
  begin(frame)
  let isEmpty = await untilEmpty(frame, timeoutMillis)
  let forced = 0
  if (!isEmpty && force) {
    forced = takeBack(frame)
    isEmpty = await untilEmpty(frame, frame.settings.destroyTimeoutMillis + DESTROY_MARGIN_MILLIS)
  }
  listening[Symbol.dispose]()
  if (isEmpty) frame.telemetry.closed(frame)
  const clean = isEmpty && forced === 0 && failedDestroys === 0
  if (frame.events.lists.drain.length > 0) frame.events.emit('drain', { type: 'drain', clean })
  const elapsedMillis = frame.clock.now() - startedAt
  return { clean, elapsedMillis, forced, remaining: frame.counts.size, failedDestroys }
}

function begin<T>(frame: PoolFrame<T>): void {
  if (frame.isDraining) return
  frame.isDraining = true
  frame.upkeep.stop()
  frame.relief?.[Symbol.dispose]()
  frame.dispatcher.rejectAll(() => frame.errors.draining())
  const reason = frame.errors.draining()
  frame.creations.abortAll(reason)
  if (frame.creations.underWay.length > 0) {
    const grace: Deadline = { dueAt: 0, heapIndex: -1, due: () => frame.creations.giveUpAll(reason) }
    frame.deadlines.add(grace, frame.clock.now() + CREATE_GRACE_MILLIS)
    void Promise.all(frame.creations.underWay.map(creation => creation.settled)).then(() =>
      frame.deadlines.remove(grace),
    )
  }
  for (const resource of frame.idle) void frame.retirements.retire(resource, 'drain')
}

function untilEmpty<T>(frame: PoolFrame<T>, timeoutMillis: number): Promise<boolean> {
  if (frame.counts.size === 0) return Promise.resolve(true)
  return new Promise(resolve => {
    const waiting = frame.onEmpty(() => {
      frame.deadlines.remove(deadline)
      resolve(true)
    })
    const deadline: Deadline = {
      dueAt: 0,
      heapIndex: -1,
      due: () => {
        waiting[Symbol.dispose]()
        resolve(false)
      },
    }
    frame.deadlines.add(deadline, frame.clock.now() + timeoutMillis)
  })
}

/** Ends every loan, its owner asked or not, and gives up what is being created, reset or validated. */
function takeBack<T>(frame: PoolFrame<T>): number {
  frame.creations.giveUpAll(frame.errors.draining())
  let forced = 0
  for (const resource of frame.all) {
    if (resource.state !== 'borrowed' && resource.state !== 'resetting' && resource.state !== 'validating')
      continue
    resource.condemned ??= 'drain'
    if (resource.state === 'borrowed') forced++
    if (resource.loan?.isLive === true) void reclaim(resource.loan).catch(() => {})
    // Its handle was dropped, or its reset hangs: nobody will ever give it back.
    if (resource.destroyed === undefined) void frame.retirements.retire(resource, 'drain')
  }
  return forced
}
