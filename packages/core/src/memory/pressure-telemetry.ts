import type { Meter, ObservableResult } from '@opentelemetry/api'
import { leaseTelemetry, type TelemetrySource } from '../telemetry/lease-telemetry.ts'
import { ATTR_KIND, ATTR_NAME, METRIC_MEMORY_PRESSURE_LEVEL } from './names.generated.ts'
import { PRESSURE_LEVELS, type PressureLevel } from './pressure-level.ts'

interface Monitor {
  readonly level: PressureLevel
}

/** Weakly: telemetry keeps no monitor alive. */
const monitors = new Set<WeakRef<Monitor>>()
const attributes = Object.freeze({ [ATTR_KIND]: 'process', [ATTR_NAME]: 'memory' })

const source: TelemetrySource = {
  instrument: (meter: Meter) => {
    const { name, unit, description } = METRIC_MEMORY_PRESSURE_LEVEL
    const gauge = meter.createObservableGauge(name, { unit, description })
    gauge.addCallback(observe)
    return { [Symbol.dispose]: () => gauge.removeCallback(observe) }
  },
  histograms: () => [],
}

/** The highest of all monitors' levels, from the first one on. */
export function exportPressure(monitor: Monitor): void {
  if (monitors.size === 0) leaseTelemetry().addSource(source)
  monitors.add(new WeakRef(monitor))
}

function observe(result: ObservableResult): void {
  let highest = 0
  for (const ref of monitors) {
    const monitor = ref.deref()
    // The last one stays, dead as it may be: there is a source now.
    if (monitor === undefined && monitors.size > 1) monitors.delete(ref)
    else highest = Math.max(highest, PRESSURE_LEVELS.indexOf(monitor?.level ?? 'nominal'))
  }
  result.observe(highest, attributes)
}
