import assert from 'node:assert/strict'
import { eventually } from '../backends/daemon.ts'
import { startJaeger, type JaegerSpan, type RealJaeger } from '../backends/jaeger/jaeger.ts'
import { runScriptedProgram, type ScriptedProgram } from './scripted-program.ts'

describe('a real Jaeger', () => {
  let jaeger: RealJaeger | undefined
  let program: ScriptedProgram | undefined
  let spans: JaegerSpan[] = []

  before(async function () {
    jaeger = await startJaeger(this)
    program = await runScriptedProgram(jaeger.tracesUrl)
    const { ended } = program.spans
    spans = await eventually(async () => {
      const found = await jaeger!.spans('scripted-program')
      return found.length >= ended ? found : undefined
    })
  })

  after(async () => {
    await program?.stop()
    await jaeger?.stop()
  })

  const tagsOf = (span: JaegerSpan): Record<string, unknown> =>
    Object.fromEntries(span.tags.map(({ key, value }) => [key, value]))
  const named = (name: string): JaegerSpan[] =>
    spans.filter(span => span.operationName === 'lease.cleanup' && tagsOf(span)['leasehold.name'] === name)
  const request = (): JaegerSpan => spans.find(span => span.operationName === 'request')!

  it('has every span that ended, all of them acknowledged', () => {
    // One for each cleanup, and the request's own.
    assert.equal(program!.spans.ended, 14)
    assert.equal(program!.spans.delivered, 14)
    assert.equal(spans.length, 14)
  })

  it('shows a cleanup under the request that released it', () => {
    assert.equal(named('ok').length, 7)
    for (const span of named('ok')) {
      assert.equal(span.traceID, request().traceID)
      assert.deepEqual(
        span.references.map(({ refType, spanID }) => ({ refType, spanID })),
        [{ refType: 'CHILD_OF', spanID: request().spanID }],
      )
      const tags = tagsOf(span)
      assert.equal(tags['leasehold.kind'], 'scripted.resource')
      assert.equal(tags['leasehold.cleanup.outcome'], 'success')
      assert.equal(tags['leasehold.cleanup.strategy'], 'immediate')
      assert.equal(tags['leasehold.cleanup.attempts'], 1)
    }
  })

  it('shows failures as errors, with their type', () => {
    for (const span of named('broken')) {
      assert.equal(tagsOf(span)['error'], true)
      assert.equal(tagsOf(span)['error.type'], 'RangeError')
    }
    assert.equal(tagsOf(named('hung')[0]!)['error.type'], 'ERR_CLEANUP_TIMEOUT')
  })

  it('shows background work as a trace of its own, linked to who asked for it', () => {
    const [span] = named('queued')
    assert.notEqual(span!.traceID, request().traceID)
    assert.deepEqual(span!.references, [
      { refType: 'FOLLOWS_FROM', traceID: request().traceID, spanID: request().spanID },
    ])
  })
})
