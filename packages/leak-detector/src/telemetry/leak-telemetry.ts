import { leaseTelemetry, type TelemetrySource } from '@leasehold/core'
import { leakInstruments } from './leak-instruments.ts'
import { runningDetectors, type DetectorReading } from './running-detectors.ts'

const SOURCE: TelemetrySource = { instrument: leakInstruments, histograms: () => [] }

/** With the first detector, not when the module loads: a program without any exports nothing. */
export function exportDetector(reading: DetectorReading): Disposable {
  runningDetectors.add(reading)
  leaseTelemetry().addSource(SOURCE)
  return { [Symbol.dispose]: () => void runningDetectors.delete(reading) }
}
