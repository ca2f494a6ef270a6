import assert from 'node:assert/strict'
import { open } from 'node:fs/promises'
import { devNull } from 'node:os'
import { readText } from '../../src/corpus/text-file.ts'

describe('readText', () => {
  it('has no text of what is no regular file', async function () {
    if (process.platform === 'win32') this.skip()
    const device = await open(devNull)
    try {
      assert.equal(await readText(device), undefined)
    } finally {
      await device.close()
    }
  })
})
