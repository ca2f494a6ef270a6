import type { Meter } from '@opentelemetry/api'
import { leaseTelemetry, type TelemetrySource } from '../telemetry/lease-telemetry.ts'
import { ObservedInstruments, type Observations } from '../telemetry/observed-instruments.ts'
import { ATTR_KIND, ATTR_NAME, METRIC_MEMORY_PRESSURE_LEVEL } from './names.generated.ts'
import { PRESSURE_LEVELS, type PressureLevel } from './pressure-level.ts'

interface Monitor {
  readonly level: PressureLevel
}

/** Weakly: telemetry keeps no monitor alive. */
const monitors = new Set<WeakRef<Monitor>>()

const source: TelemetrySource = {
  instrument: (meter: Meter) => new ObservedInstruments(meter, [METRIC_MEMORY_PRESSURE_LEVEL], observe),
  histograms: () => [],
}

/** The highest of all monitors' levels, from the first one on. */
export function exportPressure(monitor: Monitor): void {
  leaseTelemetry().addSource(source)
  monitors.add(new WeakRef(monitor))
}

function observe(to: Observations): void {
  let highest = 0
  for (const ref of monitors) {
    const monitor = ref.deref()
    if (monitor === undefined) monitors.delete(ref)
    else highest = Math.max(highest, PRESSURE_LEVELS.indexOf(monitor.level))
  }
  to.tell(METRIC_MEMORY_PRESSURE_LEVEL, highest, { [ATTR_KIND]: 'process', [ATTR_NAME]: 'memory' })
}
