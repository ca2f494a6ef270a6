import assert from 'node:assert/strict'
import { load } from '../src/load.ts'
import { binaryNames } from '../src/platform.ts'

const missing = (id: string): never => {
  throw Object.assign(new Error(`Cannot find module '${id}'`), { code: 'MODULE_NOT_FOUND' })
}

describe('loading the binary', () => {
  it('looks for the names that napi-rs gives them', () => {
    assert.deepEqual(binaryNames('linux', 'x64'), ['linux-x64-gnu', 'linux-x64-musl'])
    assert.deepEqual(binaryNames('darwin', 'arm64'), ['darwin-arm64'])
    assert.deepEqual(binaryNames('win32', 'x64'), ['win32-x64-msvc'])
  })

  it('takes one that was built here before the platform’s package', () => {
    const binding = { begin() {} }
    const asked: string[] = []
    const found = load(['a', 'b'], id => {
      asked.push(id)
      return id === 'memmap-napi-b' ? binding : missing(id)
    })
    assert.equal(found.binding, binding)
    assert.deepEqual(asked, [
      '../memmap-napi.a.node',
      'memmap-napi-a',
      '../memmap-napi.b.node',
      'memmap-napi-b',
    ])
  })

  it('says that there is none', () => {
    assert.deepEqual(load(['a'], missing), {
      binding: undefined,
      reason: `there is no native binary for ${process.platform} ${process.arch}`,
    })
  })

  it('says why one does not load, in one line', () => {
    const { reason } = load(['a', 'b'], id => {
      if (id === 'memmap-napi-a') throw new Error('GLIBC_2.99 not found\nat length')
      return missing(id)
    })
    assert.equal(
      reason,
      `the native binary for ${process.platform} ${process.arch} does not load: memmap-napi-a: GLIBC_2.99 not found`,
    )
  })

  it('goes on where one loads and cannot begin', () => {
    const { reason } = load(['a'], () => ({
      begin() {
        throw new Error('no')
      },
    }))
    assert.match(reason ?? '', /memmap-napi\.a\.node: no; memmap-napi-a: no$/)
  })
})
