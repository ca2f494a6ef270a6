import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { Consumer } from './consumer.ts'
import { nodeVersions } from './node-versions.ts'

const expected = {
  acquired: 3,
  live: 0,
  success: 3,
  cleaned: ['report', 'second', 'first'],
  refused: 'ERR_LEASE_RELEASED',
}

describe('the packed packages, installed in an empty folder', function () {
  this.timeout(120_000)

  let consumer: Consumer

  before(async () => {
    consumer = await Consumer.create()
  })

  after(async () => {
    await consumer?.remove()
  })

  it('compile for a strict user who checks every declaration file', async () => {
    await consumer.compile('typescript.mts')
  })

  for (const version of nodeVersions()) {
    describe(version.title, () => {
      let node: string

      before(async () => {
        node = await version.executable()
      })

      it('are imported by an ECMAScript module', async () => {
        assert.deepEqual(JSON.parse(await consumer.run(node, ['esm.mjs'])), expected)
      })

      it('are required by a CommonJS module', async () => {
        assert.deepEqual(JSON.parse(await consumer.run(node, ['commonjs.cjs'])), expected)
      })

      it('are used from TypeScript, with await using', async () => {
        assert.deepEqual(JSON.parse(await consumer.run(node, ['typescript.mjs'])), expected)
      })

      it('export metrics of a program that only gets --import', async () => {
        const metrics = await consumer.run(
          node,
          ['--import', '@leasehold/otel-exporter/register', 'zero-code.mjs'],
          {
            OTEL_TRACES_EXPORTER: 'none',
            OTEL_METRICS_EXPORTER: 'prometheus',
            OTEL_EXPORTER_PROMETHEUS_PORT: String(await freePort()),
          },
        )
        const acquisitions = metrics.match(/^leasehold_lease_acquisitions_total\{(.*)\} 1\b/m)?.[1]
        assert.match(acquisitions ?? metrics, /leasehold_kind="file"/)
        assert.match(acquisitions ?? metrics, /leasehold_name="report"/)
      })

      it('serve a live page with every file that it asks for', async () => {
        const page = JSON.parse(await consumer.run(node, ['live-page.mjs'])) as Record<string, number>
        assert.deepEqual(new Set(Object.values(page)), new Set([200]), JSON.stringify(page))
        for (const name of ['', 'live/page.css', 'live/icon.svg', 'live/main.js', 'live/sparkline.js']) {
          assert.ok(name in page, name)
        }
      })
    })
  }
})

const pooled = { id: 1, used: 1, refused: 'ERR_LEASE_RELEASED', clean: true, generic: 2, ended: [1, 2] }
const leaked = { rule: 'outlived', count: 1, place: true, live: 1, text: true, code: 'ERR_LEASE_LEAKED' }

for (const [what, tarballs, prefix, printed] of [
  ['pool', /leasehold-(core|pool)-/, 'pool', pooled],
  ['leak detector', /leasehold-(core|leak-detector)-/, 'leak', leaked],
] as const) {
  describe(`the packed ${what}, installed in an empty folder with core alone`, function () {
    this.timeout(120_000)

    let consumer: Consumer

    before(async () => {
      consumer = await Consumer.create(tarballs)
    })

    after(async () => {
      await consumer?.remove()
    })

    it('compiles for a strict user who checks every declaration file', async () => {
      await consumer.compile(`${prefix}-typescript.mts`)
    })

    for (const version of nodeVersions()) {
      describe(version.title, () => {
        for (const [how, program] of [
          ['is imported by an ECMAScript module', `${prefix}-esm.mjs`],
          ['is required by a CommonJS module', `${prefix}-commonjs.cjs`],
          ['is used from TypeScript, with using', `${prefix}-typescript.mjs`],
        ] as const) {
          it(how, async () => {
            const node = await version.executable()
            assert.deepEqual(JSON.parse(await consumer.run(node, [program])), printed)
          })
        }
      })
    }
  })
}

const cached = {
  held: ['a', 0],
  refused: 'ERR_LEASE_RELEASED',
  ended: ['a:size', 'b:closed'],
  lru: 1,
  quick: 2,
}

describe('the packed cache, installed in an empty folder with core alone', function () {
  this.timeout(120_000)

  let consumer: Consumer

  before(async () => {
    consumer = await Consumer.create(/leasehold-(core|cache)-/)
  })

  after(async () => {
    await consumer?.remove()
  })

  it('compiles for a strict user who checks every declaration file', async () => {
    await consumer.compile('cache-typescript.mts')
  })

  for (const version of nodeVersions()) {
    describe(version.title, () => {
      for (const [how, program] of [
        ['is imported by an ECMAScript module', 'cache-esm.mjs'],
        ['is required by a CommonJS module', 'cache-commonjs.cjs'],
        ['is used from TypeScript, with using', 'cache-typescript.mjs'],
      ] as const) {
        it(`${how}, and so are its entries for users of quick-lru and lru-cache`, async () => {
          const node = await version.executable()
          assert.deepEqual(JSON.parse(await consumer.run(node, [program])), cached)
        })
      }
    })
  }
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
