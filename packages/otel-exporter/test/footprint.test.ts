import assert from 'node:assert/strict'
import { startBackEnd, type BackEndKind } from './support/back-ends.ts'
import { ChildProgram } from './support/child-program.ts'

const MEBIBYTE = 1024 * 1024

describe('footprint', function () {
  this.timeout(60_000)

  for (const kind of ['refuses', 'accepts and never answers', 'answers 503'] satisfies BackEndKind[]) {
    it(`does not grow with what cannot be delivered: the back end ${kind}`, async () => {
      await using backEnd = await startBackEnd(kind)
      const program = new ChildProgram('flood.mjs', [], {
        flags: ['--expose-gc'],
        env: { OTEL_EXPORTER_OTLP_ENDPOINT: backEnd.url },
      })
      const { code, warnings, errors } = await program.ended()
      assert.equal(code, 0, errors)
      const { grownBytes } = JSON.parse(program.output[0]!) as { grownBytes: number }
      assert.ok(grownBytes < 4 * MEBIBYTE, `${grownBytes} bytes`)
      assert.ok(warnings.length <= 6, errors)
    })
  }

  it('is none in a program that uses core alone: no SDK is loaded', async () => {
    const loaded = async (what: string): Promise<string[]> => {
      const program = new ChildProgram('loaded.mjs', [what])
      const { errors } = await program.ended()
      assert.ok(program.output.length > 0, errors)
      return JSON.parse(program.output[0]!) as string[]
    }
    assert.deepEqual(await loaded('@leasehold/core'), ['api'])
    // That the question can be answered otherwise.
    assert.ok((await loaded('@leasehold/otel-exporter')).includes('sdk-metrics'))
  })
})
