import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { VERSION } from '../src/version.ts'

describe('version', () => {
  it("is the package's", () => {
    const { version } = createRequire(import.meta.url)('../package.json') as { version: string }
    assert.equal(VERSION, version)
  })
})
