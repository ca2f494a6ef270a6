/** What happened, all of it, in order. */
export interface LogEntry {
  readonly at: number
  readonly name: string
  readonly what: 'succeeded' | 'failed' | 'taken' | 'outlived' | 'released' | 'configured'
  /** How often, one right after the other; of a threshold that is configured, its milliseconds. */
  readonly times: number
  /** Of a lease that is held. */
  readonly id?: number
}

/** An alert as far as it is compared. */
export interface NaiveAlert {
  readonly rule: string
  readonly name: string
  readonly severity: string
  readonly confident: boolean
  readonly count: number
}

const DEFAULT_THRESHOLD = 60_000
const MINUTES_15 = 15 * 60_000

interface State {
  level: number
  calmSince: number
  readonly seen: number[]
  warnedSince: number
  base: number
  count: number
}

/**
 * The active alerts, computed anew from the whole log: every look of the detector is gone through again, and every figure
 * is counted by going through the log.
 */
export function naiveAlerts(log: readonly LogEntry[], now: number): NaiveAlert[] {
  const states = new Map<string, State>()
  const names = [...new Set(log.map(({ name }) => name))]
  for (let tick = 1_000; tick <= now; tick += 1_000) {
    const past = log.filter(({ at }) => at <= tick)
    for (const name of names) {
      look(stateOf(states, `held-too-long ${name}`), tick, heldTooLong(past, name, tick))
      look(stateOf(states, `outlived ${name}`), tick, live(past, name, 'outlived', tick))
    }
    const isFailing = log.some(({ what, at }) => what === 'failed' && at > tick - 1_000 && at <= tick)
    if (!isFailing && tick % 5_000 !== 0) continue
    for (const name of [...names, '*']) {
      const own = past.filter(entry => name === '*' || entry.name === name)
      if (!own.some(({ what }) => what === 'failed')) continue
      look(stateOf(states, `cleanup-success ${name}`), tick, cleanupSuccess(own, tick, states, name))
      if (name !== '*') look(stateOf(states, `consecutive-failures ${name}`), tick, consecutive(own, tick))
    }
  }
  return [...states]
    .filter(([, { level }]) => level > 0)
    .map(([key, { level, count }]) => {
      const [rule, name] = key.split(' ') as [string, string]
      const severity =
        rule === 'cleanup-success'
          ? ['', 'info', 'warn', 'warn', 'error'][level]!
          : rule === 'held-too-long' || rule === 'outlived'
            ? 'warn'
            : 'error'
      return { rule, name, severity, confident: rule !== 'cleanup-success' || level !== 2, count }
    })
}

interface Look {
  readonly level: number
  readonly isCalm: boolean
  readonly clearAfter: number
  readonly count: number | undefined
}

function look(state: State, tick: number, { level, isCalm, clearAfter, count }: Look): void {
  if (count !== undefined) state.count = count
  if (level > 0) state.seen[level] = tick
  if (state.level === 0) {
    state.level = level
    state.calmSince = Infinity
    return
  }
  if (level > state.level) {
    state.level = level
    if (!isCalm) state.calmSince = Infinity
    return
  }
  state.calmSince = isCalm ? Math.min(state.calmSince, tick) : Infinity
  if (!isCalm || tick - state.calmSince < clearAfter) return
  const lasting = [4, 3, 2, 1].find(l => (state.seen[l] ?? -Infinity) > tick - clearAfter) ?? 0
  state.level = Math.min(state.level, lasting)
}

function stateOf(states: Map<string, State>, key: string): State {
  let state = states.get(key)
  if (state === undefined) {
    state = { level: 0, calmSince: Infinity, seen: [], warnedSince: Infinity, base: 0, count: 0 }
    states.set(key, state)
  }
  return state
}

function heldTooLong(past: readonly LogEntry[], name: string, tick: number): Look {
  const threshold = past.findLast(({ what }) => what === 'configured')?.times ?? DEFAULT_THRESHOLD
  return live(past, name, 'taken', tick - threshold)
}

/** What began, up to a moment, and was not released since. */
function live(past: readonly LogEntry[], name: string, what: 'taken' | 'outlived', upTo: number): Look {
  const released = new Set(past.filter(entry => entry.what === 'released').map(({ id }) => id))
  const count = past.filter(
    entry => entry.what === what && entry.name === name && entry.at <= upTo && !released.has(entry.id),
  ).length
  return { level: count > 0 ? 1 : 0, isCalm: count === 0, clearAfter: 0, count }
}

function isEnded({ what }: LogEntry): boolean {
  return what === 'succeeded' || what === 'released' || what === 'failed'
}

function within(
  own: readonly LogEntry[],
  tick: number,
  buckets: number,
): { n: number; f: number; rate: number } {
  const bucket = (at: number): number => Math.max(0, Math.ceil(at / 5_000) - 1)
  const inWindow = own.filter(entry => isEnded(entry) && bucket(entry.at) > bucket(tick) - buckets)
  const f = timesOf(inWindow.filter(({ what }) => what === 'failed'))
  const n = timesOf(inWindow)
  return { n, f, rate: n === 0 ? 1 : (n - f) / n }
}

function timesOf(entries: readonly LogEntry[]): number {
  return entries.reduce((sum, { times }) => sum + times, 0)
}

/** Whether the true rate is below `t` at z = 3.09: by the definition of the score interval, not its solved form. */
function surelyBelow({ n, f, rate }: { n: number; f: number; rate: number }, t: number): boolean {
  return f >= 5 && rate < t && ((t - rate) ** 2 * n) / (t * (1 - t)) > 3.09 ** 2
}

function lastFailure(own: readonly LogEntry[]): number {
  return own.findLast(({ what }) => what === 'failed')!.at
}

function cleanupSuccess(
  own: readonly LogEntry[],
  tick: number,
  states: Map<string, State>,
  name: string,
): Look {
  const state = stateOf(states, `cleanup-success ${name}`)
  const [short, long] = [within(own, tick, 60), within(own, tick, 720)]
  const isRecent = tick - lastFailure(own) < 300_000
  const early = [short, ...(isRecent ? [long] : [])].some(
    ({ n, f, rate }) => n >= 100 && f >= 3 && rate < 0.99,
  )
  state.warnedSince = early ? Math.min(state.warnedSince, tick) : Infinity
  let level = isRecent && surelyBelow(long, 0.999) ? 1 : 0
  if (tick - state.warnedSince >= 30_000) level = 2
  if (surelyBelow(short, 0.99) || (isRecent && surelyBelow(long, 0.99))) level = 3
  if (surelyBelow(short, 0.95)) level = 4
  const failed = timesOf(own.filter(({ what }) => what === 'failed'))
  if (state.level === 0) state.base = failed - long.f
  return { level, isCalm: short.rate >= 0.995, clearAfter: MINUTES_15, count: failed - state.base }
}

function consecutive(own: readonly LogEntry[], tick: number): Look {
  let count = 0
  for (const { what, times } of own) {
    if (what === 'failed') count += times
    else if (what === 'succeeded' || what === 'released') count = 0
  }
  const isBad = count >= 20 && tick - lastFailure(own) < 300_000
  const isCalm = !isBad && within(own, tick, 60).rate >= 0.995
  return { level: isBad ? 1 : 0, isCalm, clearAfter: MINUTES_15, count: isBad ? count : undefined }
}
