import type { Meter } from '@opentelemetry/api'
import { leaseTelemetry, type TelemetrySource } from '../telemetry/lease-telemetry.ts'
import { ObservedInstruments, type Observations } from '../telemetry/observed-instruments.ts'
import { ATTR_KIND, ATTR_NAME, METRIC_MEMORY_PRESSURE_LEVEL } from './names.generated.ts'
import { PRESSURE_LEVELS, type PressureLevel } from './pressure-level.ts'

interface Monitor {
  check(): PressureLevel
}

/** Weakly: telemetry keeps no monitor alive. */
const monitors = new Set<WeakRef<Monitor>>()

const source: TelemetrySource = {
  instrument: (meter: Meter) => new ObservedInstruments(meter, [METRIC_MEMORY_PRESSURE_LEVEL], observe),
  histograms: () => [],
}

const dropped = new FinalizationRegistry<WeakRef<Monitor>>(ref => void monitors.delete(ref))

/** The highest of all monitors' levels, from the first one on, as of then: also of one that nobody listens to. */
export function exportPressure(monitor: Monitor): void {
  leaseTelemetry().addSource(source)
  const ref = new WeakRef(monitor)
  monitors.add(ref)
  dropped.register(monitor, ref)
}

function observe(to: Observations): void {
  let highest = 0
  for (const ref of monitors) {
    const monitor = ref.deref()
    if (monitor !== undefined) highest = Math.max(highest, PRESSURE_LEVELS.indexOf(monitor.check()))
  }
  to.tell(METRIC_MEMORY_PRESSURE_LEVEL, highest, { [ATTR_KIND]: 'process', [ATTR_NAME]: 'memory' })
}
