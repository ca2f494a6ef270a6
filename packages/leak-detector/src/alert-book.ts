import { shownStack } from '@leasehold/core'
import { runbookOf, type Alert, type AlertRule, type AlertSeverity, type AlertTrace } from './alert.ts'
import { AlertState, type Observation } from './alert-state.ts'

const MAX_ENTRIES = 1_000
const MAX_A_MINUTE = 10
const MINUTE = 60_000
const RENOTIFY_MILLIS = 3_600_000

/** What an alert is about. */
export interface AlertSubject {
  readonly rule: AlertRule
  readonly kind: string
  readonly name: string
  /** What tells several of one rule, kind and name apart. */
  readonly site?: string
}

/** What an alert shows, made when somebody is told or asks. */
export interface AlertDetails {
  readonly text: string
  readonly stack?: string | undefined
  readonly traces?: readonly AlertTrace[]
}

/** What a rule sees of its subject. */
export interface Finding extends Observation {
  readonly count: number
  /** The severity of a level. */
  severity(level: number): AlertSeverity
  /** Default true. */
  confident?(level: number): boolean
  describe(state: 'firing' | 'resolved'): AlertDetails
}

class Entry {
  readonly subject: AlertSubject
  readonly fingerprint: string
  readonly state: AlertState = new AlertState()
  finding!: Finding
  since: Date = new Date(0)
  due: 'firing' | 'resolved' | undefined
  isHeldBack: boolean = false
  /** 0 before anybody was told. */
  toldCount: number = 0
  toldAt: number = 0

  constructor(subject: AlertSubject, fingerprint: string) {
    this.subject = subject
    this.fingerprint = fingerprint
  }
}

/**
 * All alerts by their fingerprints: who is told of which, and when. One trouble is one alert, told when it begins, when
 * it gets worse, when its count has doubled, hourly, and when it ends; never more than ten a minute.
 */
export class AlertBook {
  /** How many alerts were held back, in all. */
  suppressed: number = 0
  /** The least recently seen first. */
  readonly #entries: Map<string, Entry> = new Map()
  readonly #toldAt: number[] = []
  #suppressedSinceTold: number = 0

  get size(): number {
    return this.#entries.size
  }

  observe(now: number, subject: AlertSubject, finding: Finding): void {
    const { rule, kind, name, site = '' } = subject
    const fingerprint = `${rule}|${kind}|${name}|${site}`
    let entry = this.#entries.get(fingerprint)
    if (entry === undefined) {
      if (finding.level === 0 && finding.isPending !== true) return
      if (!this.#makeRoom(finding)) return
      entry = new Entry(subject, fingerprint)
    } else this.#entries.delete(fingerprint)
    this.#entries.set(fingerprint, entry)
    entry.finding = finding
    const begun = entry.state.update(now, finding)
    if (begun === 'fired') {
      entry.since = new Date()
      entry.toldCount = 0
    }
    if (begun === 'resolved') {
      entry.due = entry.toldCount > 0 ? 'resolved' : undefined
      if (entry.due === undefined) this.#entries.delete(fingerprint)
    } else if (begun !== undefined) entry.due = 'firing'
  }

  /** Its rule is not looked at any more: those who were told of it are told of its end. */
  end(rule: AlertRule): void {
    for (const [fingerprint, entry] of this.#entries) {
      if (entry.subject.rule !== rule) continue
      const isKnown = entry.toldCount > 0 && (entry.state.phase === 'firing' || entry.due === 'resolved')
      entry.state.end()
      entry.due = 'resolved'
      if (!isKnown) this.#entries.delete(fingerprint)
    }
  }

  isFiring(rule: AlertRule, kind: string, name: string): boolean {
    return this.#entries.get(`${rule}|${kind}|${name}|`)?.state.phase === 'firing'
  }

  /** What is firing now, the worst first. */
  active(): Alert[] {
    return [...this.#entries.values()]
      .filter(entry => entry.state.phase === 'firing')
      .sort(byUrgency)
      .map(entry => this.#alert(entry, 'firing'))
  }

  /** The alerts that somebody is to be told of now. */
  take(now: number): Alert[] {
    const due: Entry[] = []
    for (const entry of this.#entries.values()) {
      if (entry.due === undefined && this.#isDueAgain(entry, now)) entry.due = 'firing'
      if (entry.due !== undefined) due.push(entry)
    }
    return due.sort(byUrgency).flatMap(entry => {
      if (!this.#mayTell(now)) {
        if (!entry.isHeldBack) {
          entry.isHeldBack = true
          this.suppressed++
          this.#suppressedSinceTold++
        }
        return []
      }
      return [this.#tell(entry, now)]
    })
  }

  #tell(entry: Entry, now: number): Alert {
    const alert = this.#alert(entry, entry.due!)
    this.#suppressedSinceTold = 0
    this.#toldAt.push(now)
    entry.due = undefined
    entry.isHeldBack = false
    entry.toldCount = Math.max(1, entry.finding.count)
    entry.toldAt = now
    if (alert.state === 'resolved') this.#entries.delete(entry.fingerprint)
    return alert
  }

  #isDueAgain({ state, finding, toldCount, toldAt }: Entry, now: number): boolean {
    if (state.phase !== 'firing') return false
    return finding.count >= 2 * toldCount || now - toldAt >= RENOTIFY_MILLIS
  }

  #mayTell(now: number): boolean {
    while (this.#toldAt[0] !== undefined && this.#toldAt[0] <= now - MINUTE) this.#toldAt.shift()
    return this.#toldAt.length < MAX_A_MINUTE
  }

  /**
   * Lets go of the least recently seen one that nobody waits for, else of one that is less urgent than the newcomer. For
   * one that is as urgent there is none: they would push each other out at every look, and be told anew each time.
   */
  #makeRoom({ level, severity }: Finding): boolean {
    if (this.#entries.size < MAX_ENTRIES) return true
    const urgency = level === 0 ? Infinity : URGENCY[severity(level)]
    let least: Entry | undefined
    for (const entry of this.#entries.values()) {
      if (entry.state.phase !== 'firing' && entry.due === undefined) {
        least = entry
        break
      }
      if (urgencyOf(entry) > (least === undefined ? urgency : urgencyOf(least))) least = entry
    }
    return least !== undefined && this.#entries.delete(least.fingerprint)
  }

  #alert({ subject, fingerprint, state, finding, since }: Entry, as: 'firing' | 'resolved'): Alert {
    const { rule, kind, name } = subject
    const { text, stack, traces = [] } = finding.describe(as)
    // Several are given the same one.
    return Object.freeze({
      rule,
      fingerprint,
      severity: finding.severity(state.level),
      state: as,
      kind,
      name,
      count: finding.count,
      stack: stack === undefined ? undefined : shownStack(stack),
      confident: finding.confident?.(state.level) ?? true,
      traces,
      text,
      runbook: runbookOf(rule),
      since,
      suppressed: this.#suppressedSinceTold,
    })
  }
}

const URGENCY: Readonly<Record<AlertSeverity, number>> = { error: 0, warn: 1, info: 2 }

function byUrgency(a: Entry, b: Entry): number {
  return urgencyOf(a) - urgencyOf(b)
}

function urgencyOf({ finding, state }: Entry): number {
  return URGENCY[finding.severity(state.level)]
}
