import { diag, DiagConsoleLogger, DiagLogLevel } from '@opentelemetry/api'
import type { DiagLogger } from '@opentelemetry/api'
import type { Environment } from './environment.ts'
import { describe } from './failure-text.ts'
import type { ProblemLog } from './problem-log.ts'

const LEVELS = ['none', 'error', 'warn', 'info', 'debug', 'verbose', 'all'] as const

/**
 * What the SDK says of itself. By default its warnings and errors are process warnings, each kind once and then
 * counted: an SDK in trouble repeats itself with every span. `OTEL_LOG_LEVEL` from info on is for who wants to read
 * everything: then it goes to the console as it is.
 */
export function installDiagBridge(env: Environment, problems: ProblemLog): void {
  const level = env.oneOf('OTEL_LOG_LEVEL', LEVELS) ?? 'warn'
  const isVerbose = LEVELS.indexOf(level) > LEVELS.indexOf('warn')
  const logger = isVerbose ? new DiagConsoleLogger() : bridge(problems)
  const logLevel = DiagLogLevel[level.toUpperCase() as keyof typeof DiagLogLevel]
  diag.setLogger(logger, { logLevel, suppressOverrideMessage: true })
}

function bridge(problems: ProblemLog): DiagLogger {
  const report = (message: unknown, ...args: unknown[]): void => {
    const text = [message, ...args].map(describe).join(' ')
    problems.report(`OpenTelemetry: ${text.replace(/\d+/g, 'N').slice(0, 60)}`, `OpenTelemetry: ${text}`)
  }
  const ignore = (): void => {}
  return { error: report, warn: report, info: ignore, debug: ignore, verbose: ignore }
}
