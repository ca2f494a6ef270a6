/** Where an alert is in its life. */
export type AlertPhase = 'inactive' | 'pending' | 'firing' | 'resolved'

/** What a rule sees at one moment. */
export interface Observation {
  /** How bad it is: 0 nothing, else a number that rises with the severity. */
  readonly level: number
  /** It is not bad for long enough yet. */
  readonly isPending?: boolean
  /** So good that it may end, if that lasts. Default: whether the level is 0. */
  readonly isCalm?: boolean
  /** For how long it must be calm to end. */
  readonly clearAfterMillis: number
}

/** inactive → pending → firing → resolved, with hysteresis: up at once, down only after a time of calm. */
export class AlertState {
  phase: AlertPhase = 'inactive'
  /** The highest level since it fires, less what a time of calm has taken off. */
  level: number = 0
  #calmSince: number | undefined
  /** When each level was seen last. */
  readonly #seenAt: number[] = []

  /** @returns what has just begun, if anything has */
  update(now: number, seen: Observation): 'fired' | 'escalated' | 'resolved' | undefined {
    const { level, isPending = false, isCalm = level === 0 } = seen
    if (level > 0) this.#seenAt[level] = now
    if (this.phase !== 'firing') {
      if (level > 0) return this.#fire(level)
      if (isPending) this.phase = 'pending'
      else if (this.phase === 'pending') this.phase = 'inactive'
      return undefined
    }
    if (!isCalm) this.#calmSince = undefined
    if (level > this.level) {
      this.level = level
      return 'escalated'
    }
    return isCalm ? this.#calm(now, seen.clearAfterMillis) : undefined
  }

  /** It is not looked at any more. */
  end(): void {
    this.phase = 'inactive'
    this.level = 0
  }

  #fire(level: number): 'fired' {
    this.phase = 'firing'
    this.level = level
    this.#calmSince = undefined
    return 'fired'
  }

  /** What lasts on a lower level through the calm, as a target missed by a little, stays on that. */
  #calm(now: number, clearAfterMillis: number): 'resolved' | undefined {
    this.#calmSince ??= now
    if (now - this.#calmSince < clearAfterMillis) return undefined
    let level = 0
    this.#seenAt.forEach((at, seen) => {
      if (at > now - clearAfterMillis) level = seen
    })
    if (level > 0) {
      this.level = Math.min(this.level, level)
      return undefined
    }
    this.phase = 'resolved'
    return 'resolved'
  }
}
