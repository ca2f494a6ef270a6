import assert from 'node:assert/strict'
import { Environment } from '../src/environment.ts'
import { ProblemLog } from '../src/problem-log.ts'
import { shownUrl } from '../src/shown-url.ts'
import { checkedTelemetryOptions } from '../src/telemetry-options.ts'

/** Each with the password `sekret`, and none a URL that can be used. */
const wrong = [
  'u:sekret@host:4318',
  'http://u:sekret@h:999999',
  'http://u:pa/sekret@h:999999',
  'http://u:p@sekret@h:999999',
  'ftp://u:sekret@host/x?key=sekret',
]

describe('a URL that is shown', () => {
  it('has no user, password or query', () => {
    assert.equal(shownUrl('http://u:pa/ss@host:1/v1/traces?key=s'), 'http://***@host:1/v1/traces?***')
    assert.equal(shownUrl('u:p@host:4318'), '***@host:4318')
    assert.equal(shownUrl('http://host/path'), 'http://host/path')
  })

  for (const url of wrong) {
    it(`has none in the error of an option: ${url}`, () => {
      assert.throws(
        () => checkedTelemetryOptions({ traces: { otlp: url } }),
        (error: Error & { code?: string; received?: unknown }) => {
          assert.equal(error.code, 'ERR_CONFIG')
          assert.doesNotMatch(`${error.message} ${String(error.received)} ${String(error.stack)}`, /sekret/)
          return true
        },
      )
    })

    it(`has none in the warning of a variable: ${url}`, () => {
      const told: string[] = []
      const problems = new ProblemLog()
      problems.report = (_: string, message: string) => void told.push(message)
      assert.equal(new Environment({ X: url }, problems).url('X'), undefined)
      assert.equal(told.length, 1)
      assert.doesNotMatch(told.join(), /sekret/)
    })
  }
})
