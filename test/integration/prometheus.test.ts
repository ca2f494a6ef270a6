import assert from 'node:assert/strict'
import { eventually } from '../backends/daemon.ts'
import { startPrometheus, type RealPrometheus } from '../backends/prometheus.ts'
import { runScriptedProgram, type ScriptedProgram } from './scripted-program.ts'

describe('a real Prometheus', () => {
  let prometheus: RealPrometheus | undefined
  let program: ScriptedProgram | undefined

  before(async function () {
    program = await runScriptedProgram()
    prometheus = await startPrometheus(this, [program.target])
    await eventually(async () => ((await prometheus!.query('up == 1')).length > 0 ? true : undefined))
  })

  after(async () => {
    await prometheus?.stop()
    await program?.stop()
  })

  /** The values of a metric by name and one more label. */
  async function figures(expression: string, label = 'leasehold_name'): Promise<Record<string, number>> {
    const samples = await prometheus!.query(expression)
    return Object.fromEntries(samples.map(({ labels, value }) => [labels[label] ?? '', value]))
  }

  it('shows of each name what the program itself counted', async () => {
    const { groups } = program!.stats
    const of = (count: (group: (typeof groups)[number]) => number): Record<string, number> =>
      Object.fromEntries(groups.map(group => [group.name, count(group)]))
    assert.deepEqual(
      await figures('leasehold_lease_acquisitions_total'),
      of(group => group.acquired),
    )
    assert.deepEqual(
      await figures('leasehold_lease_active'),
      of(group => group.live),
    )
    assert.deepEqual(
      await figures('leasehold_lease_quarantined'),
      of(group => group.quarantined),
    )
    for (const outcome of ['success', 'failure', 'timeout', 'abandoned', 'forced'] as const) {
      const shown = await figures(`leasehold_cleanups_total{leasehold_cleanup_outcome="${outcome}"}`)
      assert.deepEqual(
        shown,
        of(group => group.outcomes[outcome]),
        outcome,
      )
    }
  })

  it('shows the ground truth of the script', async () => {
    const { acquired, live, outcomes, quarantined } = program!.stats
    assert.deepEqual(
      { acquired, live, quarantined, ...outcomes },
      { acquired: 15, live: 2, quarantined: 1, success: 8, failure: 3, timeout: 1, abandoned: 0, forced: 1 },
    )
  })

  it('has the durations, with their unit and the errors apart', async () => {
    const held = await figures('leasehold_lease_duration_seconds_count')
    assert.deepEqual(held, { ok: 7, broken: 3, hung: 1, queued: 1, 'by-force': 1 })
    const failed = await figures('leasehold_cleanup_duration_seconds_count{error_type!=""}', 'error_type')
    assert.deepEqual(failed, { RangeError: 3, ERR_CLEANUP_TIMEOUT: 1 })
    const [timedOut] = await prometheus!.query(
      'leasehold_cleanup_duration_seconds_sum{leasehold_name="hung"}',
    )
    assert.ok(timedOut!.value >= 0.05 && timedOut!.value < 5, 'in seconds')
  })
})
