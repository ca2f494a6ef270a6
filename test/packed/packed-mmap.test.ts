import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packPlatform } from '../../scripts/platform-packages.mjs'
import { root } from '../../scripts/workspace.mjs'
import { Consumer } from './consumer.ts'
import { nodeVersions } from './node-versions.ts'

const PLATFORM = `${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : process.platform === 'win32' ? '-msvc' : ''}`
const BINARY = join(root, 'packages/memmap-napi', `memmap-napi.${PLATFORM}.node`)

const expected = (backend: string): unknown => ({
  backend,
  brace: 0x7b,
  text: '{',
  found: true,
  range: 'ERR_MMAP_RANGE',
  closed: 'ERR_MMAP_CLOSED',
  required: 0x7b,
})

describe('the packed mmap, installed in an empty folder', function () {
  this.timeout(120_000)

  for (const [how, backend] of [
    ['without the binary', 'file'],
    ['with the binary of the platform', 'mmap'],
  ] as const) {
    describe(how, () => {
      let consumer: Consumer
      let folder: string

      before(async function () {
        folder = await mkdtemp(join(tmpdir(), 'leasehold-platform-'))
        const hasBinary = backend === 'mmap'
        if (hasBinary && !existsSync(BINARY)) {
          if (process.env['LEASEHOLD_REQUIRE_REAL'] === '1') throw new Error(`${BINARY} is missing`)
          this.skip()
        }
        const extra = hasBinary ? [(await packPlatform({ name: PLATFORM, binary: BINARY }, folder)).file] : []
        consumer = await Consumer.create(/(leasehold-(core|mmap)|memmap-napi)-/, extra)
      })

      after(async () => {
        await consumer?.remove()
        await rm(folder, { recursive: true, force: true })
      })

      it('compiles for a strict user who checks every declaration file', async () => {
        await consumer.compile('mmap-typescript.mts')
      })

      for (const version of nodeVersions()) {
        it(`reads a file, on ${version.title}`, async () => {
          const node = await version.executable()
          assert.deepEqual(JSON.parse(await consumer.run(node, ['mmap-esm.mjs'])), expected(backend))
          const typed = JSON.parse(await consumer.run(node, ['mmap-typescript.mjs'])) as unknown
          assert.deepEqual(typed, { changed: '[', code: 'ERR_MMAP_RANGE' })
        })
      }
    })
  }
})
