import assert from 'node:assert/strict'
import { AlertBook, type Finding } from '../src/alert-book.ts'
import type { AlertSeverity } from '../src/alert.ts'

const finding = (count: number, more: Partial<Finding> = {}): Finding => ({
  level: count > 0 ? 1 : 0,
  clearAfterMillis: 0,
  count,
  severity: () => 'warn',
  describe: state => ({ text: state }),
  ...more,
})
const about = (name: string): { rule: 'growth'; kind: string; name: string } => ({
  rule: 'growth',
  kind: 'k',
  name,
})
const HOUR = 3_600_000

describe('the book of alerts', () => {
  let book: AlertBook
  beforeEach(() => {
    book = new AlertBook()
  })

  it('tells of one again when its count has doubled, and hourly', () => {
    const told: number[][] = []
    const counts = [1, 1, 2, 3, 4, 7, 8, 8]
    counts.forEach((count, i) => {
      book.observe(i * 1_000, about('n'), finding(count))
      for (const alert of book.take(i * 1_000)) told.push([i, alert.count])
    })
    assert.deepEqual(told, [
      [0, 1],
      [2, 2],
      [4, 4],
      [6, 8],
    ])
    assert.deepEqual(book.take(6_000 + HOUR - 1), [])
    assert.equal(book.take(6_000 + HOUR).length, 1)
  })

  it('tells ten a minute, the worst first, then how many were held back; those are told later', () => {
    const severities: AlertSeverity[] = ['info', 'warn', 'error']
    for (let i = 0; i < 15; i++) {
      book.observe(0, about(`n${i}`), finding(1, { severity: () => severities[i % 3]! }))
    }
    const first = book.take(0)
    assert.deepEqual(
      first.map(({ severity }) => severity),
      [...Array<string>(5).fill('error'), ...Array<string>(5).fill('warn')],
    )
    assert.deepEqual([book.suppressed, book.take(30_000).length, book.suppressed], [5, 0, 5])
    const second = book.take(60_000)
    assert.deepEqual(
      second.map(({ suppressed }) => suppressed),
      [5, 0, 0, 0, 0],
    )
    assert.equal(book.active().length, 15)
  })

  it('says nothing of the end of one that nobody was told of', () => {
    for (let i = 0; i < 11; i++) book.observe(0, about(`n${i}`), finding(1))
    book.take(0)
    for (let i = 0; i < 11; i++) book.observe(1, about(`n${i}`), finding(0))
    assert.equal(book.active().length, 0)
    assert.equal(book.take(60_000).length, 10)
    assert.equal(book.size, 0)
  })

  it('keeps a thousand, and lets go of those that do not fire first', () => {
    book.observe(0, about('quiet'), finding(0, { isPending: true }))
    for (let i = 0; i < 999; i++) book.observe(0, about(`n${i}`), finding(1))
    assert.equal(book.size, 1_000)
    book.observe(0, about('one more'), finding(1))
    assert.deepEqual([book.size, book.active().length], [1_000, 1_000])
    book.observe(0, about('as bad'), finding(1))
    book.observe(0, about('worse'), finding(1, { severity: () => 'error' }))
    const names = book.active().map(({ name }) => name)
    assert.deepEqual([names[0], names.length], ['worse', 1_000])
    assert(
      !names.includes('as bad') && !names.includes('n0'),
      'the least recently seen of the less urgent goes',
    )
  })

  it('with more troubles than it keeps says the truth of how many were held back, look after look', () => {
    for (let second = 0; second < 5; second++) {
      for (let i = 0; i < 1_500; i++) book.observe(second * 1_000, about(`n${i}`), finding(1))
      assert.equal(book.take(second * 1_000).length, second === 0 ? 10 : 0)
    }
    assert.deepEqual([book.suppressed, book.active().length], [990, 1_000])
  })

  it('lets nobody who is given an alert change it for the others', () => {
    book.observe(0, about('n'), finding(1))
    const [alert] = book.take(0)
    assert.throws(() => Object.assign(alert!, { text: 'all is well' }), TypeError)
  })

  it('is pending, firing, and resolved only after a time of calm', () => {
    const levels = [0, 3, 0, 1, 0, 0, 0, 0]
    const phases: string[] = []
    book.observe(0, about('n'), finding(0, { isPending: true }))
    assert.deepEqual(book.take(0), [])
    levels.forEach((level, i) => {
      const severity = (reached: number): AlertSeverity => (reached === 3 ? 'error' : 'info')
      book.observe(i * 10, about('n'), finding(1, { level, severity, clearAfterMillis: 30 }))
      phases.push(book.active().map(({ severity }) => severity)[0] ?? 'none')
    })
    assert.deepEqual(phases, ['none', 'error', 'error', 'error', 'error', 'error', 'error', 'none'])
  })
})
