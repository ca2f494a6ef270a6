import { leaseTelemetry } from '@leasehold/core'
import { LeakInstruments } from './leak-instruments.ts'
import { runningDetectors, type DetectorReading } from './running-detectors.ts'

let isAdded = false

/** With the first detector, not when the module loads: a program without any exports nothing. */
export function exportDetector(reading: DetectorReading): Disposable {
  runningDetectors.add(reading)
  if (!isAdded) {
    isAdded = true
    leaseTelemetry().addSource({ instrument: meter => new LeakInstruments(meter), histograms: () => [] })
  }
  return { [Symbol.dispose]: () => void runningDetectors.delete(reading) }
}
