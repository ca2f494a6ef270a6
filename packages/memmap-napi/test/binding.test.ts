import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadBinding, type Binding } from '../src/index.ts'

const RANGE = -10_002
const BUSY = -10_005
const CLOSED = -10_006

describe('the native functions', function () {
  let binding: Binding
  let folder: string
  let file: string
  const out = new Float64Array(4)

  before(function () {
    const loaded = loadBinding()
    // Where there is no Rust there is nothing to test; the CI script builds it.
    if (loaded.binding === undefined) this.skip()
    binding = loaded.binding
    folder = mkdtempSync(join(tmpdir(), 'memmap-napi-'))
    file = join(folder, 'file')
    writeFileSync(file, '0123456789')
  })

  after(() => rmSync(folder, { recursive: true, force: true }))

  const opened = (access = 0): number => {
    const number = binding.open(file, access, 0, -1, -1, out)
    assert.ok(number > 0)
    return number
  }

  it('open, tell, and close once', () => {
    const number = opened()
    assert.deepEqual([out[0], out[1], out[3]], [number, 10, 0])
    assert.equal(binding.close(number, false, false), 0)
    assert.equal(binding.close(number, false, false), CLOSED)
    assert.equal(binding.window(number, 0, 1), null)
    assert.equal(binding.indexOf(number, Buffer.from('5'), 0), CLOSED)
  })

  it('answer with the system’s error', async () => {
    const enoent = -constants.errno.ENOENT
    assert.equal(binding.open(join(folder, 'none'), 0, 0, -1, -1, out), enoent)
    assert.deepEqual(await binding.openLater(join(folder, 'none'), 0, 0, -1, -1), [enoent])
  })

  for (const bad of [NaN, Infinity, -1, 0.5, 2 ** 53, 1e300]) {
    it(`refuse ${bad} for a place, and for a number of a mapping`, async () => {
      const number = opened(1)
      if (bad !== -1) assert.equal(binding.open(file, 0, 0, bad, -1, out), RANGE)
      assert.equal(binding.open(file, 0, bad, -1, -1, out), RANGE)
      assert.equal(binding.window(number, bad, 1), null)
      assert.equal(binding.lease(number, 0, bad), null)
      assert.equal(binding.indexOf(number, Buffer.from('5'), bad), RANGE)
      assert.equal(binding.advise(number, 0, bad, 1), RANGE)
      assert.equal(binding.residency(number, 0, bad), RANGE)
      assert.equal(binding.resize(number, bad, false, out), RANGE)
      assert.equal(await binding.flush(number, bad, 1), RANGE)
      assert.equal(await binding.populate(number, 0, bad), RANGE)
      assert.equal(binding.close(bad, false, false), RANGE)
      assert.equal(binding.token(bad), '')
      binding.unlease(bad)
      assert.equal(binding.close(number, false, false), 0)
    })
  }

  it('refuse what is no array of the kind', () => {
    const number = opened()
    const wrong = [null, {}, 'x', new DataView(new ArrayBuffer(64)), new Float64Array(3), new Uint8Array(64)]
    const before = binding.shareCount()
    for (const out of wrong) assert.equal(binding.attach(binding.token(number), out as Float64Array), RANGE)
    assert.equal(binding.shareCount(), before)
    for (const needle of [null, 'x', new Float64Array(1)]) {
      assert.equal(binding.indexOf(number, needle as never, 0), RANGE)
    }
    assert.equal(binding.indexOf(number, Buffer.from('789'), 3), 7)
    assert.equal(binding.indexOf(number, Buffer.from('x'), 3), -1)
    assert.equal(binding.close(number, false, false), 0)
  })

  it('keep a mapping open while a view is out', () => {
    const number = opened()
    const buffer = binding.lease(number, 2, 3)
    assert.equal(Buffer.from(buffer!).toString(), '234')
    assert.equal(binding.close(number, false, false), BUSY)
    binding.unlease(number)
    assert.equal(binding.close(number, false, false), 0)
    assert.deepEqual([...new Uint8Array(buffer!)], [0, 0, 0])
  })

  it('refuse a token that names nothing', () => {
    for (const token of ['', 'x', '0', 'f'.repeat(16), 'f'.repeat(17), '-1']) {
      assert.equal(binding.attach(token, out), CLOSED)
    }
  })

  it('detach a buffer once', () => {
    const number = opened()
    const window = binding.window(number, 0, 10)!
    assert.equal(binding.detach(window), true)
    assert.equal(window.byteLength, 0)
    assert.equal(binding.detach(window), false)
    assert.equal(binding.close(number, false, false), 0)
  })
})
