import assert from 'node:assert/strict'
import { parseArguments, USAGE } from '../src/arguments.ts'
import { UsageFailure } from '../src/failure.ts'

const DEFAULTS = {
  folder: undefined,
  serve: false,
  json: false,
  fixLeak: false,
  fallback: false,
  pressure: false,
  help: false,
  port: 0,
  seed: 1,
  requests: 3000,
  megabytes: 48,
}

describe('parseArguments', () => {
  const accepted: [args: string[], expected: Partial<Record<keyof typeof DEFAULTS, unknown>>][] = [
    [[], {}],
    [['docs'], { folder: 'docs' }],
    [['--serve', 'docs', '--port', '8080'], { serve: true, folder: 'docs', port: 8080 }],
    [['--port=8080', '--seed=7'], { port: 8080, seed: 7 }],
    [['--seed', '4294967295'], { seed: 4_294_967_295 }],
    [['--requests', '10', '--megabytes', '1', '--json'], { requests: 10, megabytes: 1, json: true }],
    [['-h'], { help: true }],
    [['--fix-leak'], { fixLeak: true }],
    [['--fallback'], { fallback: true }],
    [['--pressure'], { pressure: true }],
    [['--help', '--serve'], { help: true, serve: true }],
    [['--', '--odd'], { folder: '--odd' }],
  ]
  for (const [args, expected] of accepted) {
    it(`takes ${args.join(' ') || 'nothing at all'}`, () => {
      assert.deepEqual(parseArguments(args), { ...DEFAULTS, ...expected })
    })
  }

  const dash = 'A folder whose name begins with a dash goes after "--".'
  const refused: [args: string[], message: string][] = [
    [['--sevre'], `Unknown option --sevre. Did you mean --serve? ${dash}`],
    [['--PORT', '1'], `Unknown option --PORT. Did you mean --port? ${dash}`],
    [['--megabyte=3'], `Unknown option --megabyte. Did you mean --megabytes? ${dash}`],
    [
      ['--concurrency'],
      `Unknown option --concurrency. Known: --serve, --json, --fix-leak, --fallback, --pressure, --help, --port, --seed, --requests, --megabytes. ${dash}`,
    ],
    [
      ['-p', '1'],
      `Unknown option -p. Known: --serve, --json, --fix-leak, --fallback, --pressure, --help, --port, --seed, --requests, --megabytes. ${dash}`,
    ],
    [['--port'], '--port needs an integer from 0 to 65535 after it.'],
    [['--port', '65536'], '--port must be an integer from 0 to 65535, got "65536".'],
    [['--port', '-1'], '--port must be an integer from 0 to 65535, got "-1".'],
    [['--port='], '--port must be an integer from 0 to 65535, got "".'],
    [['--port', '0x50'], '--port must be an integer from 0 to 65535, got "0x50".'],
    [['--seed', '1.5'], '--seed must be an integer from 0 to 4294967295, got "1.5".'],
    [['--requests', '0'], '--requests must be an integer from 1 to 1000000, got "0".'],
    [['--requests', 'many'], '--requests must be an integer from 1 to 1000000, got "many".'],
    [['--megabytes', '1025'], '--megabytes must be an integer from 1 to 1024, got "1025".'],
    [['--serve=yes'], '--serve takes no value, got "yes".'],
    [['a', 'b'], 'One folder at a time, got 2: a, b.'],
    [[''], 'The folder is an empty string; leave it out to index the dependencies.'],
  ]
  for (const [args, message] of refused) {
    it(`refuses ${args.join(' ') || 'an empty string'}`, () => {
      assert.throws(
        () => parseArguments(args),
        (error: unknown) => error instanceof UsageFailure && error.message === message,
      )
    })
  }

  it('documents every option and its default', () => {
    for (const [name, fallback] of Object.entries(DEFAULTS)) {
      if (name === 'folder') continue
      const flag = name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
      const line = USAGE.split('\n').find(each => each.trim().startsWith(`--${flag}`)) ?? ''
      assert.notEqual(line, '', name)
      if (typeof fallback === 'number') assert.match(line, new RegExp(`default: ${fallback}\\b`))
    }
  })
})
