import { isMainThread } from 'node:worker_threads'
import { markSignalListener, signalListeners } from '@leasehold/core'
import { describe } from './failure-text.ts'
import type { RunningTelemetry } from './running-telemetry.ts'
import { startUnlessRunning } from './start-telemetry.ts'

const SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT']

/**
 * Telemetry for a program that knows nothing of it, by `OTEL_*` variables alone. Nothing that goes wrong here may be
 * felt by the program: not by an exception, not by its exit code, not by how it takes signals.
 */
export function startZeroCode(): void {
  try {
    const telemetry = startUnlessRunning({ isWorker: !isMainThread })
    if (telemetry === undefined) return
    if (isMainThread) for (const signal of SIGNALS) flushOn(signal, telemetry)
  } catch (error) {
    process.emitWarning(`telemetry could not be started: ${describe(error)}`, 'LeaseholdWarning')
  }
}

/**
 * Once: whoever sends a second signal does not want to wait. Where a listener of the program's or a shutdown decides
 * what becomes of the process, ours goes at once. Else it stays until all is flushed, which also holds up
 * signal-exit: that raises the signal as soon as it is alone.
 */
function flushOn(signal: NodeJS.Signals, telemetry: RunningTelemetry): void {
  let isFlushing = false
  const die = (): void => {
    process.off(signal, onSignal)
    process.kill(process.pid, signal)
  }
  const onSignal = markSignalListener(() => {
    const { programs, shutdowns } = signalListeners(signal)
    if (programs + shutdowns > 0) {
      process.off(signal, onSignal)
      void telemetry.forceFlush()
    } else if (isFlushing) die()
    else {
      isFlushing = true
      // A turn later: what the flush had to warn of is told on the next.
      void telemetry.flushBeforeExit().then(() => setImmediate(die))
    }
  }, 'watcher')
  process.on(signal, onSignal)
}
