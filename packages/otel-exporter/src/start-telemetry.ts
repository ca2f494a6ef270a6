import { Environment } from './environment.ts'
import { ProblemLog } from './problem-log.ts'
import { RunningTelemetry } from './running-telemetry.ts'
import { checkTelemetryOptions, type StartTelemetryOptions } from './telemetry-options.ts'
import type { Telemetry } from './telemetry.ts'
import { telemetryPlan } from './telemetry-plan.ts'

const KEY: unique symbol = Symbol.for('leasehold.otel-exporter.running.v1')
const shared = globalThis as { [KEY]?: Telemetry | undefined }

/**
 * Sets up the OpenTelemetry SDK: traces by OTLP, metrics for Prometheus to scrape, by OTLP, or both. Only one can run in
 * a process: while it does, a further call changes nothing, warns, and returns it. An SDK that the program has
 * registered itself stays.
 *
 * @throws ConfigError for an option that is unknown or wrong; never for a variable
 */
export function startTelemetry(options: StartTelemetryOptions = {}): Telemetry {
  checkTelemetryOptions(options)
  const problems = new ProblemLog()
  const running = shared[KEY]
  if (running !== undefined) {
    problems.report('twice', 'startTelemetry: telemetry is running already; these options are not used')
    return running
  }
  return launch(options, problems)
}

/** For `register`: where something runs already there is nothing to do. */
export function startUnlessRunning(options: StartTelemetryOptions): RunningTelemetry | undefined {
  return shared[KEY] === undefined ? launch(options, new ProblemLog()) : undefined
}

function launch(options: StartTelemetryOptions, problems: ProblemLog): RunningTelemetry {
  const env = new Environment(process.env, problems)
  const telemetry = new RunningTelemetry(telemetryPlan(options, env), env, problems, () => {
    if (shared[KEY] === telemetry) shared[KEY] = undefined
  })
  shared[KEY] = telemetry
  return telemetry
}
