import assert from 'node:assert/strict'
import { duration, megabytes, percent, plural, table } from '../../src/report/numbers.ts'

describe('numbers', () => {
  it('never rounds what is not 100 % to 100 %', () => {
    assert.equal(percent(100), '100 %')
    assert.equal(percent(99.9999), '99.99 %')
    assert.equal(percent(0), '0.00 %')
    assert.equal(percent(undefined), '-')
  })

  it('shows durations and sizes at a readable scale', () => {
    assert.deepEqual([0.42, 9.996, 37.4, 999.4, 3210].map(duration), [
      '0.42 ms',
      '10.00 ms',
      '37 ms',
      '999 ms',
      '3.2 s',
    ])
    assert.deepEqual([33, 1200, 99_999, 48_200_000].map(megabytes), ['33 B', '1.2 kB', '100.0 kB', '48.2 MB'])
    assert.deepEqual(
      [0, 1, 1234].map(value => plural(value, 'file')),
      ['0 files', '1 file', '1,234 files'],
    )
  })

  it('lines up columns', () => {
    assert.deepEqual(
      table([
        ['name', 'count'],
        ['x', '1,234,567'],
      ]),
      ['name      count', 'x     1,234,567'],
    )
  })
})
