import { Environment } from './environment.ts'
import { ProblemLog } from './problem-log.ts'
import { RunningTelemetry } from './running-telemetry.ts'
import { checkedTelemetryOptions, type StartTelemetryOptions } from './telemetry-options.ts'
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
  const checked = checkedTelemetryOptions(options)
  const problems = new ProblemLog()
  const running = shared[KEY]
  if (running === undefined) return launch(checked, { problems, isScraped: true })
  if (!told.has(running)) {
    problems.report('twice', 'startTelemetry: telemetry is running already; these options are not used')
    told.add(running)
  }
  return running
}

/** Whose second call was told: a program that asks for its telemetry wherever it needs it need not hear it each time. */
const told: WeakSet<Telemetry> = new WeakSet()

/**
 * For `register`: where something runs already there is nothing to do. A worker thread inherits `--import`, but the
 * port is its main thread's.
 */
export function startUnlessRunning({ isWorker }: { isWorker: boolean }): RunningTelemetry | undefined {
  if (shared[KEY] !== undefined) return undefined
  return launch({}, { problems: new ProblemLog(), isScraped: !isWorker })
}

function launch(
  options: StartTelemetryOptions,
  { problems, isScraped }: { readonly problems: ProblemLog; readonly isScraped: boolean },
): RunningTelemetry {
  const env = new Environment(process.env, problems)
  const plan = telemetryPlan(options, env)
  const prometheus = isScraped ? plan.metrics.prometheus : undefined
  const own = { ...plan, metrics: { ...plan.metrics, prometheus } }
  const telemetry = new RunningTelemetry(own, env, problems, () => {
    if (shared[KEY] === telemetry) shared[KEY] = undefined
  })
  shared[KEY] = telemetry
  return telemetry
}
