import { onPressure, type MemoryPressureMonitor, type PressureLevel } from '@leasehold/core'
import { spoken, subject } from '../alert.ts'
import type { Rule, RuleContext } from './rule.ts'

/** How the live leases are remembered while memory is not short. */
const SAMPLES = 30
const SAMPLE_MILLIS = 60_000
/** How many kinds and names are told of. */
const SHOWN = 5

const LEVELS: Readonly<Record<PressureLevel, number>> = { nominal: 0, warning: 1, critical: 2 }
const CRITICAL = LEVELS.critical

interface Sample {
  readonly at: number
  readonly live: ReadonlyMap<string, number>
}

interface Grown {
  readonly kind: string
  readonly name: string
  readonly by: number
  readonly live: number
}

/** Memory is short: of what there are more leases than there were, up to half an hour ago, while it was not. */
export class MemoryPressure implements Rule, Disposable {
  readonly #context: RuleContext
  readonly #monitor: MemoryPressureMonitor | false
  readonly #samples: Sample[] = []
  readonly #listening: Disposable | undefined

  constructor(context: RuleContext, monitor: MemoryPressureMonitor | false) {
    this.#context = context
    this.#monitor = monitor
    // It asks its sources for as long as somebody listens; what it found is looked at here every five seconds.
    this.#listening = monitor === false ? undefined : onPressure(monitor, this, () => {})
  }

  [Symbol.dispose](): void {
    this.#listening?.[Symbol.dispose]()
  }

  evaluate(now: number): void {
    if (this.#monitor === false) return
    const { level } = this.#monitor
    if (level === 'nominal') this.#sample(now)
    const grown = level === 'nominal' ? [] : this.#grown()
    this.#context.book.observe(
      now,
      { rule: 'memory-pressure', kind: 'process', name: 'memory' },
      {
        level: LEVELS[level],
        clearAfterMillis: 0,
        count: grown.reduce((sum, { by }) => sum + by, 0),
        severity: reached => (reached === CRITICAL ? 'error' : 'warn'),
        describe: state => ({
          text: state === 'resolved' ? 'memory is short no more' : this.#text(now, level, grown),
        }),
      },
    )
  }

  #sample(now: number): void {
    const last = this.#samples.at(-1)
    if (last !== undefined && now - last.at < SAMPLE_MILLIS) return
    const live = new Map<string, number>()
    for (const group of this.#context.watch.groups()) {
      live.set(keyOf(group), (live.get(keyOf(group)) ?? 0) + group.live)
    }
    this.#samples.push({ at: now, live })
    if (this.#samples.length > SAMPLES) this.#samples.shift()
  }

  /** The most grown first. */
  #grown(): Grown[] {
    const before = this.#samples[0]?.live
    const all = new Map<string, Grown>()
    for (const { kind, name, live } of this.#context.watch.groups()) {
      const key = keyOf({ kind, name })
      const known = all.get(key)?.live ?? 0
      all.set(key, { kind, name, live: known + live, by: known + live - (before?.get(key) ?? 0) })
    }
    return [...all.values()].filter(({ by }) => by > 0).sort((a, b) => b.by - a.by)
  }

  #text(now: number, level: PressureLevel, grown: readonly Grown[]): string {
    const since = spoken(now - (this.#samples[0]?.at ?? now))
    const head = `memory is short (${level}); in ${since}`
    if (grown.length === 0) return `${head} no leases have become more: what fills it is not leased`
    const shown = grown
      .slice(0, SHOWN)
      .map(({ kind, name, by, live }) => `${subject(kind, name)} by ${by} to ${live}`)
    const more = grown.length > SHOWN ? `, and ${grown.length - SHOWN} more` : ''
    return `${head} these leases have become more: ${shown.join(', ')}${more}`
  }
}

function keyOf({ kind, name }: { readonly kind: string; readonly name: string }): string {
  return `${kind}\n${name}`
}
