import assert from 'node:assert/strict'
import type { CleanupOutcome, CleanupStrategy } from '../../src/lease.ts'
import * as names from '../../src/telemetry/names.generated.ts'

describe('telemetry names', () => {
  it('have the outcomes and strategies of the public types, no more and no fewer', () => {
    // The compiler checks both directions: a missing key and an excess one are errors.
    const outcomes: Record<CleanupOutcome, true> & Record<names.CleanupOutcomeValue, true> = {
      success: true,
      failure: true,
      timeout: true,
      abandoned: true,
      forced: true,
    }
    const strategies: Record<CleanupStrategy, true> & Record<names.CleanupStrategyValue, true> = {
      immediate: true,
      background: true,
      forced: true,
    }
    assert.deepEqual(names.CLEANUP_OUTCOME_VALUES, Object.keys(outcomes))
    assert.deepEqual(names.CLEANUP_STRATEGY_VALUES, Object.keys(strategies))
  })

  it('list every metric and every span that has a constant', () => {
    const constants = Object.entries(names)
    const metrics = constants
      .filter(([constant]) => constant.startsWith('METRIC_'))
      .map(([, metric]) => metric)
    const spans = constants.filter(([constant]) => constant.startsWith('SPAN_')).map(([, span]) => span)
    assert.deepEqual(new Set<unknown>(names.METRICS), new Set<unknown>(metrics))
    assert.deepEqual(
      names.SPANS.map(span => span.name),
      spans,
    )
  })

  it('give each metric the attributes of a lease', () => {
    for (const { name, attributes } of names.METRICS) {
      assert.deepEqual(attributes.slice(0, 2), [names.ATTR_KIND, names.ATTR_NAME], name)
    }
  })
})
