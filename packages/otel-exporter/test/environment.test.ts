import assert from 'node:assert/strict'
import { Environment } from '../src/environment.ts'
import { ProblemLog } from '../src/problem-log.ts'
import { warningsDuring } from './support/warnings.ts'

type Read = (env: Environment) => unknown

const port: Read = env => env.integer('V', 0, 65_535)
const flag: Read = env => env.flag('V')
const word: Read = env => env.oneOf('V', ['cumulative', 'delta'])
const list: Read = env => env.listOf('V', ['otlp', 'console'])
const url: Read = env => env.url('V')

const good: [read: Read, value: string | undefined, expected: unknown][] = [
  [port, undefined, undefined],
  [port, '  ', undefined],
  [port, ' 80 ', 80],
  [port, '0', 0],
  [flag, undefined, false],
  [flag, 'TRUE', true],
  [flag, 'false', false],
  [word, 'Delta', 'delta'],
  [list, 'otlp, console', ['otlp', 'console']],
  [list, 'none', []],
  [list, 'otlp,', ['otlp']],
  [list, undefined, undefined],
  [url, 'http://localhost:4318', 'http://localhost:4318'],
  [url, 'HTTPS://x/y', 'HTTPS://x/y'],
]

const bad: [read: Read, value: string, expected: unknown, warning: string][] = [
  [port, '65536', undefined, 'V must be an integer from 0 to 65535, got "65536": not used'],
  [port, '-1', undefined, 'V must be an integer from 0 to 65535, got "-1": not used'],
  [port, '1e3', undefined, 'V must be an integer from 0 to 65535, got "1e3": not used'],
  [flag, 'yes', false, `V must be 'true' or 'false', got "yes": not used`],
  [word, 'gauge', undefined, `V must be 'cumulative' | 'delta', got "gauge": not used`],
  [list, 'zipkin', undefined, `V must be 'otlp', 'console', 'none', got "zipkin": not used`],
  [list, 'otlp,zipkin', ['otlp'], `V must be 'otlp', 'console', 'none', got "zipkin": not used`],
  [url, 'localhost:4318', undefined, 'V must be an http or https URL, got "localhost:4318": not used'],
  [url, 'ftp://x', undefined, 'V must be an http or https URL, got "ftp://x": not used'],
  [url, 'http://a b', undefined, 'V must be an http or https URL, got "http://a b": not used'],
  [url, 'http://', undefined, 'V must be an http or https URL, got "http://": not used'],
]

describe('environment', () => {
  const reader = (value: string | undefined): Environment =>
    new Environment(value === undefined ? {} : { V: value }, new ProblemLog())

  for (const [read, value, expected] of good) {
    it(`reads ${JSON.stringify(value)} as ${JSON.stringify(expected)}`, async () => {
      const warnings = await warningsDuring(() => assert.deepEqual(read(reader(value)), expected))
      assert.deepEqual(warnings, [])
    })
  }

  for (const [read, value, expected, warning] of bad) {
    it(`warns once of "${value}", and does without`, async () => {
      const env = reader(value)
      const warnings = await warningsDuring(() => {
        for (let i = 0; i < 3; i++) assert.deepEqual(read(env), expected)
      })
      assert.deepEqual(warnings, [warning])
    })
  }

  it('does not let a value forge a line of a log', async () => {
    const [warning] = await warningsDuring(() => reader('x\n(node:1) Error').url('V'))
    assert.doesNotMatch(warning!, /\n/)
  })

  it('never says the password of a URL', async () => {
    const [warning] = await warningsDuring(() => reader('http://user:geheim@').url('V'))
    assert.doesNotMatch(warning!, /geheim/)
  })
})
