import { describeError, warnOnce } from '@leasehold/core'

interface Reporter {
  report(options: { format: 'text'; color: boolean }): string
}

/** Prints a report to the standard error at each `signal`. */
export function printOnSignal(signal: 'SIGUSR2', reporter: Reporter): Disposable {
  const print = (): void => {
    try {
      // By the console: where nobody reads the standard error any more, that is no uncaught error.
      console.error(reporter.report({ format: 'text', color: Boolean(process.stderr.isTTY) }).trimEnd())
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
