import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describeError, describeValue, errorName, isThenable, safeText } from '../src/foreign-value.ts'
import { throwingProxy } from './throwing-proxy.ts'

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

const withGetter = (name: string): object =>
  Object.defineProperty({}, name, {
    get() {
      throw new Error('getter')
    },
  })

const withThen = (value: object, then: unknown = () => {}): object =>
  // oxlint-disable-next-line unicorn/no-thenable -- that is the point
  Object.defineProperty(value, 'then', { value: then })

const hostile: readonly unknown[] = [
  throwingProxy(),
  throwingProxy(() => {}),
  revoked(),
  withGetter('name'),
  withGetter('message'),
  withGetter('code'),
  Object.create(null),
]

describe('text of the program’s own', () => {
  it('is escaped where it could forge a line, and left alone where not', () => {
    assert.equal(safeText('orders é 漢 😀 "x"'), 'orders é 漢 😀 "x"')
    assert.equal(safeText('a\nb\tc\u0000'), 'a\\u000ab\\u0009c\\u0000')
    assert.equal(safeText('\u001b[31m\u2028\u202e\ufeff'), '\\u001b[31m\\u2028\\u202e\\ufeff')
    assert.equal(safeText('\ud83d'), '\\ud83d')
    assert.equal(safeText('\ude00x'), '\\ude00x')
  })

  it('is well-formed, one line and bounded, whatever it was', () => {
    const unit = fc.string({ unit: 'binary', maxLength: 400 })
    const broken = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 400 })
    const any = fc.oneof(
      unit,
      broken.map(codes => String.fromCharCode(...codes)),
    )
    fc.assert(
      fc.property(any, fc.integer({ min: 1, max: 300 }), (text, max) => {
        const safe = safeText(text, max)
        assert.ok(safe.length <= max)
        assert.ok(Buffer.from(safe).toString() === safe, 'no lone surrogate')
        assert.doesNotMatch(safe, /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u)
      }),
    )
  })

  it('is cut before it is looked at: a megabyte costs no more than a line', () => {
    const safe = safeText('\n'.repeat(2 ** 24))
    assert.equal(safe.length, 256)
    assert.ok(safe.endsWith('…'))
  })
})

describe('a look at a foreign value', () => {
  it('never throws', () => {
    for (const value of hostile) {
      assert.equal(typeof errorName(value), 'string')
      assert.equal(typeof describeError(value), 'string')
      assert.equal(typeof describeValue(value), 'string')
    }
    assert.equal(errorName(revoked()), 'unreadable')
    assert.equal(describeError(throwingProxy()), 'an unreadable value')
    assert.equal(describeValue(revoked()), 'an unreadable value')
    assert.equal(describeError(Object.create(null)), 'Object: no message')
  })

  it('names errors and what is none', () => {
    assert.equal(errorName(new RangeError('r')), 'RangeError')
    assert.equal(errorName({ name: '' }), 'Object')
    assert.equal(errorName({ name: 5 }), 'Object')
    assert.equal(errorName(null), 'null')
    assert.equal(errorName(undefined), 'undefined')
    assert.equal(errorName('text'), 'string')
    assert.equal(errorName({ name: 'N'.repeat(1_000) }).length, 64)
  })

  it('describes an error with its code, once', () => {
    assert.equal(describeError(new TypeError('bad\nline')), 'TypeError: bad\\u000aline')
    assert.equal(describeError(new Error('')), 'Error: no message')
    assert.equal(
      describeError(Object.assign(new Error('no file'), { code: 'ENOENT' })),
      'Error: no file (ENOENT)',
    )
    assert.equal(
      describeError(Object.assign(new Error('ENOENT: no file'), { code: 'ENOENT' })),
      'Error: ENOENT: no file',
    )
    assert.equal(describeError(Object.assign(new Error('n'), { code: 42 })), 'Error: n')
    assert.equal(describeError('plain'), '"plain"')
    assert.equal(describeError(undefined), 'undefined')
  })

  it('describes values shortly', () => {
    const rows: [unknown, string][] = [
      ['a "b"', '"a \\"b\\""'],
      [-0, '-0'],
      [NaN, 'NaN'],
      [12n, '12n'],
      [() => {}, 'a function'],
      [Symbol('s'), 'a symbol'],
      [null, 'null'],
      [[1], 'an array'],
      [{}, 'an object'],
      [undefined, 'undefined'],
      [false, 'false'],
    ]
    for (const [value, text] of rows) assert.equal(describeValue(value), text)
    assert.ok(describeValue('x'.repeat(10_000)).length <= 80)
    assert.ok(describeValue(10n ** 1_000n).length <= 41)
  })
})

describe('isThenable', () => {
  it('asks for a then that can be called', () => {
    for (const value of [Promise.resolve(), withThen({}), withThen(() => {})]) {
      assert.equal(isThenable(value), true)
    }
    for (const value of [undefined, null, 1, 'then', {}, withThen({}, 1), () => {}]) {
      assert.equal(isThenable(value), false)
    }
  })

  it('passes on what a look at then throws', () => {
    assert.throws(() => isThenable(withGetter('then')), { message: 'getter' })
  })
})
