/**
 * Telemetry without a line of code: `node --import @leasehold/otel-exporter/register app.js`.
 */
import { startZeroCode } from './zero-code.ts'

startZeroCode()
