import assert from 'node:assert/strict'
import { backEndKinds, startBackEnd } from './support/back-ends.ts'
import { ChildProgram, REGISTER } from './support/child-program.ts'
import type { ChildEnd } from './support/child-program.ts'
import { runAhead } from './support/run-ahead.ts'

/** For the end of a process on a busy machine; one export alone would hold it for ten seconds. */
const MARGIN_MILLIS = 4_000

const ways = [
  ['it shuts telemetry down', 'shutdown', [], 1_000],
  // A connection that hangs in the system is waited for, half the deadline, and then the last flush, another half.
  ['it forgets to', 'forgets', [], 1_000],
  ['it knows nothing of telemetry', 'register', [`--import=${REGISTER}`], 3_000],
] as const

const cases = backEndKinds.flatMap(kind =>
  ways.map(([title, way, flags, bound]) => ({ kind, title, way, flags, bound })),
)

async function end({ kind, way, flags }: (typeof cases)[number]): Promise<ChildEnd> {
  await using backEnd = await startBackEnd(kind)
  // More than the system takes for a peer that does not read.
  const bytes = kind === 'accepts and never reads' ? '1000000' : '10'
  const program = new ChildProgram('exit.mjs', [way, bytes], {
    flags: [...flags],
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: backEnd.url,
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_METRIC_EXPORT_INTERVAL: '10',
      OTEL_BSP_SCHEDULE_DELAY: '1',
    },
  })
  await program.wrote('working')
  await backEnd.visited
  program.goOn()
  return program.ended()
}

describe('the end of a program whose back end fails, with an export under way,', function () {
  this.timeout(30_000)
  const endOf = runAhead(cases.map(each => () => end(each)))

  cases.forEach(({ kind, title, bound }, index) => {
    it(`is not held up, nor changed: ${title}, the back end ${kind}`, async () => {
      const { code, signal, warnings, errors, millisAfterDone } = await endOf(index)
      assert.deepEqual({ code, signal }, { code: 6, signal: null }, errors)
      assert.ok(millisAfterDone < bound + MARGIN_MILLIS, `${millisAfterDone} ms`)
      assert.ok(warnings.length <= 6, errors)
    })
  })
})
