import assert from 'node:assert/strict'
import { ResourceRegistry, withScope } from '@leasehold/core'
import { parseArguments } from '../src/arguments.ts'
import { walkFolder } from '../src/corpus/file-walk.ts'
import { LeasedFiles } from '../src/corpus/leased-files.ts'
import { prepare } from '../src/preparation.ts'
import { Progress } from '../src/progress.ts'
import { SlowestAcquisitions } from '../src/report/slowest-acquisitions.ts'
import type { SessionOptions } from '../src/session.ts'
import { sampleTexts, temporaryFolder } from './temporary-folder.ts'

describe('prepare', function () {
  this.timeout(60_000)

  it('begins nothing once the program has been interrupted', async () => {
    const folder = temporaryFolder(sampleTexts(3))
    const registry = new ResourceRegistry()
    const slowest = new SlowestAcquisitions()
    try {
      const walk = await walkFolder(folder.path, new AbortController().signal)
      const options = {
        args: parseArguments([]),
        env: {},
        registry,
        progress: new Progress({ write: () => true }),
        signal: AbortSignal.abort(new Error('enough')),
      } as unknown as SessionOptions
      const files = new LeasedFiles(registry, slowest)
      const prepared = withScope(scope => prepare(scope, walk, files, slowest, options), { registry })
      await assert.rejects(prepared, /enough/)
      assert.equal(registry.stats().acquired, 0)
    } finally {
      folder.remove()
    }
  })
})
