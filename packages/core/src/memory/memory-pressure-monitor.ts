import { context, trace } from '@opentelemetry/api'
import type { TimerHandle } from '../clock.ts'
import { EventListeners, type EventListener } from '../event-listeners.ts'
import { describeError, safeText } from '../foreign-value.ts'
import { inRootScope } from '../root-scope.ts'
import { guardSdk } from '../telemetry/sdk-guard.ts'
import { warnOnce } from '../warning.ts'
import { ATTR_MEMORY_LEVEL, EVENT_MEMORY_PRESSURE } from './names.generated.ts'
import { PRESSURE_LEVELS, type PressureLevel } from './pressure-level.ts'
import {
  pressureSettings,
  type MemoryPressureOptions,
  type MemoryPressureSettings,
} from './pressure-options.ts'
import type { PressureSource } from './pressure-source.ts'
import { exportPressure } from './pressure-telemetry.ts'

/** What a monitor tells. */
export interface MemoryPressureEvents {
  readonly change: {
    readonly type: 'change'
    readonly level: PressureLevel
    readonly previous: PressureLevel
  }
  /** The level is not nominal, and has not changed for `cooldownMillis`: what was given back was not enough. */
  readonly persist: { readonly type: 'persist'; readonly level: PressureLevel }
  /** All that can be spared is to be given back now, before this returns. */
  readonly relieve: { readonly type: 'relieve' }
}

export type MemoryPressureEventType = keyof MemoryPressureEvents

/** A heap can be filled between two polls. */
const CHECK_MILLIS = 10
/** A small one in less than that: gigabytes a second are no rarity. */
const INSTANT_MILLIS = 1

const DEFAULT: unique symbol = Symbol.for('leasehold.memoryPressure.v1')
const shared = globalThis as { [DEFAULT]?: MemoryPressureMonitor }

/**
 * Tells how short memory is: nominal, warning, critical, by the worst of its sources. It rises at once, and falls when
 * all have been lower for `cooldownMillis`, to the highest level of that time. Sources are asked while somebody listens, by a timer that lets the process
 * end.
 */
export class MemoryPressureMonitor {
  readonly #settings: MemoryPressureSettings
  readonly #instant: readonly PressureSource[]
  readonly #listeners: EventListeners<MemoryPressureEventType, MemoryPressureEvents> = new EventListeners(
    'memory pressure monitor',
    ['change', 'persist', 'relieve'],
  )
  #level: PressureLevel = 'nominal'
  /** When it was reached, was told again, or was last confirmed. */
  #toldAt: number = -Infinity
  #seenAt: number = -Infinity
  #readAt: number = -Infinity
  #glancedAt: number = -Infinity
  /** The highest that was seen since, while it was lower. */
  #seenLower: number = 0
  /** What a listener does may lead back here: all hear of a change before there is another one. */
  #isTelling: boolean = false
  #isRelieving: boolean = false
  #timer: TimerHandle | undefined

  /** The process's own, one for all installed copies of this package. */
  static get default(): MemoryPressureMonitor {
    return (shared[DEFAULT] ??= new MemoryPressureMonitor())
  }

  /** @throws ConfigError for an option that is unknown or wrong */
  constructor(options: MemoryPressureOptions = {}) {
    this.#settings = pressureSettings(options)
    this.#instant = this.#settings.sources.filter(({ isInstant }) => isInstant === true)
    exportPressure(this)
  }

  /** As of the last look. */
  get level(): PressureLevel {
    return this.#level
  }

  /**
   * Listens. A listener that throws is counted and reported once, never felt.
   *
   * @throws ConfigError for an unknown event, or no function
   */
  on<K extends MemoryPressureEventType>(
    event: K,
    listener: EventListener<MemoryPressureEvents[K]>,
  ): Disposable {
    const listening = this.#listeners.on(event, listener)
    this.#arm()
    return {
      [Symbol.dispose]: () => {
        listening[Symbol.dispose]()
        this.#disarmIfUnheard()
      },
    }
  }

  /** Removes `listener`, however often it was added. @throws ConfigError for an unknown event */
  off<K extends MemoryPressureEventType>(event: K, listener: EventListener<MemoryPressureEvents[K]>): void {
    this.#listeners.off(event, listener)
    this.#disarmIfUnheard()
  }

  /** How often a listener threw. */
  get listenerErrors(): number {
    return this.#listeners.errors
  }

  /**
   * Asks the sources now, unless they were within 10 ms, and of those that answer in an instant, within 1 ms: for whoever
   * takes much memory without letting the loop turn. @returns the level
   */
  check(): PressureLevel {
    const now = this.#settings.clock.now()
    if (now - this.#readAt >= Math.min(CHECK_MILLIS, this.#settings.pollMillis)) this.#look(now)
    else if (now - this.#glancedAt >= INSTANT_MILLIS) this.#glance(now)
    return this.#level
  }

  /** Makes everyone give back now all that can be spared, whatever the level. Called by who does so, it does nothing. */
  relieve(): void {
    if (this.#isRelieving) return
    this.#isRelieving = true
    this.#note('relieve')
    this.#listeners.emit('relieve', { type: 'relieve' })
    this.#isRelieving = false
  }

  /** Finds only what has become worse: the other sources are not asked. */
  #glance(now: number): void {
    if (this.#isTelling) return
    this.#glancedAt = now
    const level = this.#read(this.#instant)
    if (level > PRESSURE_LEVELS.indexOf(this.#level)) this.#change(level, now)
  }

  #look(now: number): void {
    if (this.#isTelling) return
    this.#readAt = this.#glancedAt = now
    const level = this.#read(this.#settings.sources)
    const previous = PRESSURE_LEVELS.indexOf(this.#level)
    if (level < previous) {
      this.#seenLower = Math.max(this.#seenLower, level)
      if (now - this.#seenAt >= this.#settings.cooldownMillis) this.#change(this.#seenLower, now)
      return
    }
    this.#seenAt = now
    this.#seenLower = 0
    if (level > previous) this.#change(level, now)
    else if (level > 0 && now - this.#toldAt >= this.#settings.cooldownMillis) {
      this.#toldAt = now
      this.#tell('persist', { type: 'persist', level: this.#level })
    }
  }

  #change(to: number, now: number): void {
    const previous = this.#level
    const level = (this.#level = PRESSURE_LEVELS[to]!)
    this.#toldAt = this.#seenAt = now
    this.#seenLower = 0
    this.#note(level)
    this.#tell('change', { type: 'change', level, previous })
  }

  #tell<K extends 'change' | 'persist'>(type: K, event: MemoryPressureEvents[K]): void {
    this.#isTelling = true
    this.#listeners.emit(type, event)
    this.#isTelling = false
  }

  /** On whatever span is current: it may be slow for that. */
  #note(level: string): void {
    guardSdk('tracing', () => {
      trace.getSpan(context.active())?.addEvent(EVENT_MEMORY_PRESSURE, { [ATTR_MEMORY_LEVEL]: level })
    })
  }

  #read(sources: readonly PressureSource[]): number {
    let worst = 0
    for (const source of sources) {
      try {
        const level = PRESSURE_LEVELS.indexOf(source.read())
        if (level < 0) throw new TypeError(`read() must answer one of ${PRESSURE_LEVELS.join(', ')}`)
        worst = Math.max(worst, level)
      } catch (error) {
        warnOnce(
          `pressure:${source.name}`,
          `the memory pressure source "${safeText(source.name)}" threw: ${describeError(error)}`,
        )
      }
    }
    return worst
  }

  get #isHeard(): boolean {
    const { change, persist, relieve } = this.#listeners.lists
    return change.length + persist.length + relieve.length > 0
  }

  #arm(): void {
    if (this.#timer !== undefined) return
    const { clock, pollMillis } = this.#settings
    // A level of when somebody listened last, long ago perhaps, is none of now.
    if (this.#level !== 'nominal' && clock.now() - this.#readAt >= pollMillis) this.#look(clock.now())
    this.#timer = inRootScope(() =>
      clock.setTimeout(() => {
        this.#timer = undefined
        this.#look(clock.now())
        if (this.#isHeard) this.#arm()
      }, pollMillis),
    )
    const { unref } = Object(this.#timer) as { unref?: unknown }
    if (typeof unref === 'function') unref.call(this.#timer)
  }

  #disarmIfUnheard(): void {
    if (this.#timer === undefined || this.#isHeard) return
    this.#settings.clock.clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
