import { once } from 'node:events'
import { installShutdown, isLeaseholdError, ResourceRegistry, withScope } from '@leasehold/core'
import type { Arguments } from './arguments.ts'
import { Ending } from './ending.ts'
import { Failure } from './failure.ts'
import type { Progress } from './progress.ts'
import { closingText, servingText, summaryText } from './report/summary-text.ts'
import type { Closing, Summary } from './report/summary.ts'
import { runSession } from './session.ts'
import { startProgramTelemetry } from './telemetry.ts'

const STOP_TIMEOUT_MILLIS = 6000
const FAILED = 1

/** Runs the session in a scope, drains whatever it leaves, shows what there is to show, and returns the exit code. */
export async function runProgram(args: Arguments, progress: Progress): Promise<number> {
  const registry = ResourceRegistry.default
  const ending = new Ending(registry)
  const interruption = new AbortController()
  const { signal } = interruption
  const telemetry = startProgramTelemetry(process.env)

  const session = withScope(
    async scope => {
      const summary = await runSession(scope, {
        args,
        env: process.env,
        registry,
        telemetry,
        progress,
        signal,
      })
      if (args.serve && !signal.aborted) {
        show(summary, servingText(summary), args)
        await once(signal, 'abort')
      }
      return summary
    },
    { registry },
  )

  const shutdown = installShutdown({
    registry,
    timeoutMillis: STOP_TIMEOUT_MILLIS,
    beforeDrain: async () => {
      progress.line('Stopping   no new requests; what is held is being released')
      ending.begin()
      interruption.abort()
      await Promise.allSettled([session])
      ending.begin()
    },
    flush: () => progress.line(closingText(ending.closing())),
  })

  try {
    const summary = await session
    // The signal's own shutdown drains, flushes, reports, and ends the process.
    if (signal.aborted) return FAILED
    const closing = await ending.drain()
    await telemetry.shutdown()
    show({ ...summary, closing }, closingText(closing), args)
    return closing.stillOpen === 0 && closing.failed === 0 && summary.load.failed === 0 ? 0 : FAILED
  } catch (error) {
    if (signal.aborted) return FAILED
    const closing = await ending.drain()
    await telemetry.shutdown()
    progress.line(`search-service: ${describe(error)}`)
    progress.line(closingText(closing))
    return FAILED
  } finally {
    if (!signal.aborted) shutdown[Symbol.dispose]()
  }
}

function show(summary: Summary & { closing?: Closing }, last: string, args: Arguments): void {
  const readable = args.json ? process.stderr : process.stdout
  readable.write(`${summaryText(summary)}\n${last}\n`)
  if (args.json) process.stdout.write(`${JSON.stringify(summary)}\n`)
}

/** What the user can put right in a paragraph; a mistake of the program's with the stack that shows where. */
function describe(error: unknown): string {
  if (error instanceof Failure || isLeaseholdError(error)) return error.message
  return error instanceof Error && error.stack !== undefined ? error.stack : String(error)
}
