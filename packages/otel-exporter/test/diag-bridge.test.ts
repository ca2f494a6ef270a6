import assert from 'node:assert/strict'
import { diag } from '@opentelemetry/api'
import sinon from 'sinon'
import { installDiagBridge } from '../src/diag-bridge.ts'
import { Environment } from '../src/environment.ts'
import { ProblemLog } from '../src/problem-log.ts'
import { warningsDuring } from './support/warnings.ts'

describe("the SDK's own messages", () => {
  function install(level?: string): void {
    const problems = new ProblemLog()
    installDiagBridge(
      new Environment(level === undefined ? {} : { OTEL_LOG_LEVEL: level }, problems),
      problems,
    )
  }

  afterEach(() => {
    diag.disable()
    sinon.restore()
  })

  it('are one warning a kind, whatever figures are in them', async () => {
    install()
    const warnings = await warningsDuring(() => {
      for (let i = 0; i < 50; i++) diag.warn(`Dropped ${i} spans because maxQueueSize reached`)
      diag.error('export', new Error('failed'))
      diag.info('not told')
      diag.debug('not told')
    })
    assert.deepEqual(warnings, [
      'OpenTelemetry: Dropped 0 spans because maxQueueSize reached',
      'OpenTelemetry: export failed',
    ])
  })

  it('are not told at all with OTEL_LOG_LEVEL=none', async () => {
    install('none')
    assert.deepEqual(await warningsDuring(() => diag.error('x')), [])
  })

  it('go to the console, all of them, for who asks for more', () => {
    // The SDK's logger keeps the console's functions from when it was loaded.
    const written = sinon.stub(process.stdout, 'write').returns(true)
    install('info')
    for (let i = 0; i < 3; i++) diag.info('told')
    const lines = written.args.map(([text]) => String(text))
    sinon.restore()
    assert.deepEqual(
      lines.filter(line => line === 'told\n'),
      ['told\n', 'told\n', 'told\n'],
    )
  })

  it('survive a message that is no string', async () => {
    install()
    const odd = diag.error as (...args: unknown[]) => void
    const warnings = await warningsDuring(() => odd.call(diag, undefined, null, { a: 1 }))
    assert.equal(warnings.length, 1)
  })
})
