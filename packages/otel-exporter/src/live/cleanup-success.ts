import type { CleanupSuccess, LeaseFigures } from './live-state.ts'
import { ATTRIBUTE, METRIC } from './metric-names.ts'
import type { Observations } from './observations.ts'

const TARGET = 0.999

/** What the leak detector reports of all cleanups together. */
const ALL_CLEANUPS = { kind: '*', name: '*' }

/**
 * As the leak detector has it, over its longest window with a cleanup in it. Without one, since the start, of what is
 * surely a success or a failure: what was forced may be either.
 */
export function cleanupSuccess(
  seen: Observations,
  { succeeded, failed }: Pick<LeaseFigures, 'succeeded' | 'failed'>,
): CleanupSuccess {
  const points = seen.points(METRIC.successRatio, ALL_CLEANUPS)
  for (const window of ['60m', '5m'] as const) {
    const point = points.find(({ attributes }) => attributes[ATTRIBUTE.window] === window)
    if (point !== undefined) return { ratio: point.value, window, target: TARGET }
  }
  const ended = succeeded + failed
  return { ratio: ended === 0 ? null : succeeded / ended, window: 'start', target: TARGET }
}
