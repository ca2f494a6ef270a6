import { describeError, warnOnce } from '@leasehold/core'
import { printLine } from './standard-error.ts'

interface Reporter {
  report(options: { format: 'text'; color: boolean }): string
}

/** Prints a report to the standard error at each `signal`. */
export function printOnSignal(signal: 'SIGUSR2', reporter: Reporter): Disposable {
  const print = (): void => {
    try {
      printLine(reporter.report({ format: 'text', color: Boolean(process.stderr.isTTY) }).trimEnd())
    } catch (error) {
      warnOnce('leak-report', `the leak report failed: ${describeError(error)}`)
    }
  }
  try {
    process.on(signal, print)
  } catch (error) {
    // Not every platform has it.
    warnOnce('leak-report-signal', `${signal} cannot be listened to: ${describeError(error)}`)
  }
  return { [Symbol.dispose]: () => void process.off(signal, print) }
}
