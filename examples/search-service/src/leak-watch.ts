import { setTimeout as pause } from 'node:timers/promises'
import type { LeaseScope, ResourceRegistry } from '@leasehold/core'
import { startLeakDetector, webhook } from '@leasehold/leak-detector'
import type { Alert, LeakDetector, SendingSink } from '@leasehold/leak-detector'
import type { AlertFigures } from './report/summary.ts'
import { AlertReceiver } from './service/alert-receiver.ts'

const LOOK_MILLIS = 50
const MAX_LOOKS = 60

/** Finds leaks while the program runs, and tells of them by webhook. */
export class LeakWatch {
  readonly detector: LeakDetector
  readonly #receiver: AlertReceiver
  readonly #sink: SendingSink
  /** The latest of each trouble, whether it is over or not. */
  readonly #alerts: Map<string, Alert> = new Map()

  private constructor(registry: ResourceRegistry, receiver: AlertReceiver) {
    this.#receiver = receiver
    this.#sink = webhook({ url: receiver.http.url })
    // Development: every stack and every collected lease; far more than in production, and cheap enough here.
    this.detector = startLeakDetector({ registry, preset: 'development', sinks: [this.#sink] })
    this.detector.on('alert', ({ alert }) => {
      if (alert.state === 'firing') this.#alerts.set(alert.fingerprint, alert)
    })
  }

  /** It lasts as long as `scope`. */
  static async start(scope: LeaseScope, registry: ResourceRegistry): Promise<LeakWatch> {
    const receiver = await AlertReceiver.start(registry)
    scope.add(receiver.http.lease)
    const watch = new LeakWatch(registry, receiver)
    scope.defer(() => watch.detector.stop(), { name: 'leak-detector', leakThresholdMillis: false })
    return watch
  }

  /** Resolves when `leaks` leases have been told of, which takes the detector a second; after three in any case. */
  async caughtUp(leaks: () => number): Promise<void> {
    for (let i = 0; i < MAX_LOOKS && this.#told() < leaks(); i++) await pause(LOOK_MILLIS)
    await this.#sink.flush()
  }

  figures(): AlertFigures {
    const active = new Map(this.detector.report({ limit: 0 }).activeAlerts.map(a => [a.fingerprint, a]))
    const alerts = [...this.#alerts.values()].map(alert => active.get(alert.fingerprint) ?? alert)
    return {
      told: alerts.map(({ rule, severity, count, text }) => ({
        rule,
        severity,
        count,
        text: shortened(text),
      })),
      sent: this.#sink.stats.sent,
      received: this.#receiver.received.length,
    }
  }

  #told(): number {
    const { activeAlerts } = this.detector.report({ limit: 0 })
    return activeAlerts
      .filter(({ rule }) => rule === 'outlived' || rule === 'abandoned')
      .reduce((sum, { count }) => sum + count, 0)
  }
}

/** Without the place, which the summary shows with the lines of the sources. */
function shortened(text: string): string {
  return text.split(/\n|, taken at /, 1)[0] as string
}
