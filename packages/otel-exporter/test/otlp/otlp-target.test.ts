import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { readFileSync } from 'node:fs'
import { Environment } from '../../src/environment.ts'
import { otlpTarget, type OtlpTarget } from '../../src/otlp/otlp-target.ts'
import { ProblemLog } from '../../src/problem-log.ts'
import { warningsDuring } from '../support/warnings.ts'

const OTLP = 'OTEL_EXPORTER_OTLP'
const SELF = fileURLToPath(import.meta.url)

const target = (variables: NodeJS.ProcessEnv, signal: 'traces' | 'metrics' = 'traces'): OtlpTarget =>
  otlpTarget(signal, {}, new Environment(variables, new ProblemLog()))

describe('where OTLP goes, and how,', () => {
  for (const [endpoint, url] of [
    [undefined, 'http://localhost:4318/v1/traces'],
    ['http://h:4318', 'http://h:4318/v1/traces'],
    ['http://h:4318/', 'http://h:4318/v1/traces'],
    ['http://h/otlp//', 'http://h/otlp/v1/traces'],
    ['http://h:4318/?token=x', 'http://h:4318/v1/traces?token=x'],
    ['https://u:p@h/otlp?a=/&b#c', 'https://u:p@h/otlp/v1/traces?a=/&b'],
  ] as const) {
    it(`is ${url} for the shared end point ${endpoint}`, () => {
      assert.equal(target({ [`${OTLP}_ENDPOINT`]: endpoint }).url, url)
    })
  }

  it("is the signal's own end point as it is", () => {
    const variables = { [`${OTLP}_ENDPOINT`]: 'http://not', [`${OTLP}_METRICS_ENDPOINT`]: 'http://m/x?y=z' }
    assert.equal(target(variables, 'metrics').url, 'http://m/x?y=z')
  })

  for (const [name, shared, own, read] of [
    ['TIMEOUT', '7', '8', (t: OtlpTarget) => String(t.timeoutMillis)],
    ['COMPRESSION', 'none', 'gzip', (t: OtlpTarget) => t.compression],
    ['PROTOCOL', 'http/protobuf', 'http/json', (t: OtlpTarget) => t.protocol],
  ] as const) {
    it(`follows ${OTLP}_${name}, and that of the signal before it`, () => {
      assert.equal(read(target({ [`${OTLP}_${name}`]: shared })), shared)
      const both = { [`${OTLP}_${name}`]: shared, [`${OTLP}_TRACES_${name}`]: own }
      assert.equal(read(target(both)), own)
      assert.equal(read(target(both, 'metrics')), shared)
    })
  }

  for (const [name, read] of [
    ['CERTIFICATE', (t: OtlpTarget) => t.certificates.ca],
    ['CLIENT_CERTIFICATE', (t: OtlpTarget) => t.certificates.cert],
    ['CLIENT_KEY', (t: OtlpTarget) => t.certificates.key],
  ] as const) {
    it(`reads the file of ${OTLP}_${name}, and warns where it cannot`, async () => {
      assert.deepEqual(read(target({ [`${OTLP}_${name}`]: SELF })), readFileSync(SELF))
      assert.deepEqual(read(target({ [`${OTLP}_TRACES_${name}`]: SELF })), readFileSync(SELF))
      const warnings = await warningsDuring(() => {
        assert.equal(read(target({ [`${OTLP}_${name}`]: '/not/there' })), undefined)
      })
      assert.deepEqual(warnings, [
        `${OTLP}_${name} must be a file that can be read, got "/not/there": not used`,
      ])
    })
  }

  it('has the headers of both variables and the options, the nearer ones first', () => {
    const variables = {
      [`${OTLP}_HEADERS`]: 'Authorization=Basic%20dTpw==, x-a=1,x-b=1,x-c=1;d',
      [`${OTLP}_TRACES_HEADERS`]: 'x-b=2,x-d=2',
    }
    const env = new Environment(variables, new ProblemLog())
    assert.deepEqual(otlpTarget('traces', { headers: { 'x-d': '3' } }, env).headers, {
      Authorization: 'Basic dTpw==',
      'x-a': '1',
      'x-b': '2',
      'x-c': '1;d',
      'x-d': '3',
    })
  })

  for (const [value, what] of [
    ['Bearer topsecret', '1'],
    ['x-good=1,=topsecret', '2'],
    ['x-good=1,x-a=%zztopsecret', '2'],
    ['x-bad=topsecret%0Ab,x-good=1', 'of "x-bad"'],
    ['x bad=topsecret,x-good=1', 'of "x bad"'],
    ['Content-Length=topsecret,x-good=1', 'of "Content-Length"'],
  ] as const) {
    it(`does without the header that cannot be sent, and says so once, without its value: ${value}`, async () => {
      const warnings = await warningsDuring(() => {
        const { headers } = target({ [`${OTLP}_HEADERS`]: value })
        assert.deepEqual(headers, value.includes('x-good') ? { 'x-good': '1' } : {})
      })
      assert.deepEqual(warnings, [
        `${OTLP}_HEADERS must be key=value,key=value, percent-encoded: entry ${what} not used`,
      ])
    })
  }

  it('warns of a time-out and a compression that cannot be meant', async () => {
    const warnings = await warningsDuring(() => {
      const { timeoutMillis, compression } = target({
        [`${OTLP}_TIMEOUT`]: '0',
        [`${OTLP}_COMPRESSION`]: 'br',
      })
      assert.deepEqual([timeoutMillis, compression], [10_000, 'none'])
    })
    assert.deepEqual(warnings, [
      `${OTLP}_TIMEOUT must be an integer from 1 to 2147483647, got "0": not used`,
      `${OTLP}_COMPRESSION must be 'gzip' | 'none', got "br": not used`,
    ])
  })
})
