import assert from 'node:assert/strict'
import { statusMessage } from '../../src/telemetry/status-message.ts'

describe('the message of a span’s status', () => {
  for (const [text, shown] of [
    ["ENOENT: no such file, open '/home/ada/My Data/index.bin'", "ENOENT: no such file, open '…/index.bin'"],
    ['cannot load /srv/app/node_modules/x/build/x.node: bad ELF', 'cannot load …/x.node: bad ELF'],
    ["EBUSY, unlink 'C:\\Users\\ada\\index.bin'", "EBUSY, unlink '…/index.bin'"],
    ['file:///srv/app/src/main.js is no module', '…/main.js is no module'],
    ['open src/data/index.bin', 'open src/data/index.bin'],
    ['GET http://orders.example/v1/items answered 503', 'GET http://orders.example/v1/items answered 503'],
    ['and/or, 1/2/3', 'and/or, 1/2/3'],
    ["open '/index.bin'", "open '/index.bin'"],
  ] as const) {
    it(`${text}: ${shown}`, () => assert.equal(statusMessage(text), shown))
  }

  it('is escaped and bounded', () => {
    assert.equal(statusMessage('a\nb'), 'a\\u000ab')
    assert.ok(statusMessage("open '/a/b' ".repeat(1_000)).length <= 256)
  })

  it('takes little time for a text made to take long', () => {
    const text = `'/${'a/'.repeat(100_000)}`
    assert.ok(statusMessage(text).length <= 256)
  })
})
