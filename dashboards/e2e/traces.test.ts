import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { eventually } from '../../test/backends/daemon.ts'
import { startJaeger, type JaegerSpan, type RealJaeger } from '../../test/backends/jaeger/jaeger.ts'
import { parseRegistry, readRegistrySource } from '../../packages/core/telemetry/registry-reader.ts'

const SERVICE = 'traced-program'
const registry = parseRegistry(
  readRegistrySource(fileURLToPath(new URL('../../packages/core/telemetry', import.meta.url)), []),
)

/** What Jaeger and the SDK add to every span. */
const NOT_OURS = /^(otel\.|span\.kind$|internal\.span\.format$|error$)/

/**
 * Of each kind of span and name: its parent, its links, and what failed. `request` is the span within which the program
 * did it all.
 */
const EXPECTED: readonly {
  readonly span: string
  readonly name: string
  readonly parent?: string
  readonly links?: readonly string[]
  readonly error?: string
}[] = [
  { span: 'lease.cleanup', name: 'well', parent: 'request' },
  { span: 'lease.cleanup', name: 'broken', parent: 'request', error: 'RangeError' },
  { span: 'lease.cleanup', name: 'handed on', parent: 'request', links: ['earlier request'] },
  { span: 'lease.cleanup', name: 'queued', links: ['request'] },
  { span: 'leak.detected', name: 'leaked', links: ['request'], error: '' },
  { span: 'pool.acquire', name: 'orders', parent: 'request' },
  { span: 'pool.acquire', name: 'orders', parent: 'request', error: 'RangeError' },
  { span: 'pool.create', name: 'orders', links: ['pool.acquire'] },
  { span: 'pool.create', name: 'orders', links: ['pool.acquire'], error: 'RangeError' },
  { span: 'pool.create', name: 'theirs', parent: 'pool.acquire' },
  { span: 'pool.validate', name: 'orders', links: ['request'] },
  { span: 'pool.validate', name: 'theirs', parent: 'pool.acquire' },
  { span: 'pool.release', name: 'orders', parent: 'request' },
  { span: 'pool.destroy', name: 'orders', links: ['pool.release', 'request'] },
  { span: 'pool.destroy', name: 'theirs', parent: 'request', links: ['pool.acquire'] },
  { span: 'cache.load', name: 'answers', links: ['request'] },
  { span: 'cache.load', name: 'answers', links: ['request'], error: 'RangeError' },
  { span: 'cache.evict', name: 'answers', links: ['request'] },
  { span: 'cache.dispose', name: 'answers', links: ['request'] },
  { span: 'mmap.map', name: 'index', parent: 'request' },
  { span: 'mmap.map', name: 'missing', parent: 'request', error: 'ERR_MMAP_OPEN' },
  { span: 'mmap.flush', name: 'index', parent: 'request' },
  { span: 'mmap.unmap', name: 'index', parent: 'request' },
]

describe('every kind of span, in a real Jaeger', function () {
  this.timeout(60_000)
  let jaeger: RealJaeger | undefined
  let spans: JaegerSpan[] = []

  before(async function () {
    jaeger = await startJaeger(this)
    const program = fileURLToPath(new URL('traced-program.ts', import.meta.url))
    const args = ['--conditions=leasehold-source', '--import=tsx', '--no-warnings', program, jaeger.tracesUrl]
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 })
    const { ended, delivered } = JSON.parse(stdout) as { ended: number; delivered: number }
    assert.equal(delivered, ended)
    spans = await eventually(async () => {
      const found = await jaeger!.spans(SERVICE)
      return found.length === ended ? found : undefined
    })
  })

  after(() => jaeger?.stop())

  const tagsOf = (span: JaegerSpan): Record<string, unknown> =>
    Object.fromEntries(span.tags.map(({ key, value }) => [key, value]))
  const called = (id: string): string =>
    (spans.find(span => span.spanID === id)?.operationName ?? id).replace(/^request: .*/, 'request')
  const related = (span: JaegerSpan, type: string): string[] =>
    span.references.filter(({ refType }) => refType === type).map(({ spanID }) => called(spanID))

  it('is expected here: none of docs/telemetry.md is left out', () => {
    const expected = new Set(EXPECTED.map(({ span }) => span))
    assert.deepEqual(
      registry.spans.map(({ name }) => name).filter(name => !expected.has(name)),
      [],
    )
  })

  for (const { span: operation, name, parent, links = [], error } of EXPECTED) {
    const relations = [
      parent === undefined ? 'a root' : `under ${parent}`,
      ...links.map(link => `to ${link}`),
    ]
    it(`${operation} of ${name}${error === undefined ? '' : ', failed'}: ${relations.join(', ')}`, () => {
      const found = spans.filter(
        span =>
          span.operationName === operation &&
          tagsOf(span)['leasehold.name'] === name &&
          (tagsOf(span)['error'] === true) === (error !== undefined),
      )
      assert.ok(found.length > 0, 'Jaeger has none')
      for (const span of found) {
        assert.deepEqual(related(span, 'CHILD_OF'), parent === undefined ? [] : [parent])
        assert.deepEqual(related(span, 'FOLLOWS_FROM').toSorted(), links)
        if (error !== '') assert.equal(tagsOf(span)['error.type'], error)
      }
    })
  }

  it('has the attributes that docs/telemetry.md gives it, and no others', () => {
    for (const span of spans) {
      const documented = registry.spans.find(({ name }) => name === span.operationName)
      if (documented === undefined) continue
      const tags = Object.keys(tagsOf(span)).filter(key => !NOT_OURS.test(key))
      const known = documented.attributes.map(({ attribute }) => attribute.id)
      const required = documented.attributes.filter(({ level }) => level === 'required')
      assert.deepEqual(
        tags.filter(key => !known.includes(key)),
        [],
        `${span.operationName}: not documented`,
      )
      assert.deepEqual(
        required.map(({ attribute }) => attribute.id).filter(key => !tags.includes(key)),
        [],
        `${span.operationName}: missing`,
      )
    }
  })

  it('of a pool that is a database’s: its conventional attributes', () => {
    for (const operation of ['pool.acquire', 'pool.create', 'pool.validate']) {
      const tags = spans
        .filter(span => span.operationName === operation)
        .map(tagsOf)
        .find(of => of['leasehold.name'] === 'orders')!
      const { 'db.system.name': system, 'server.address': address, 'server.port': port } = tags
      assert.deepEqual({ system, address, port }, { system: 'postgresql', address: 'db.example', port: 5432 })
    }
  })

  it('tells no folder of a machine', () => {
    for (const span of spans) assert.doesNotMatch(JSON.stringify(span.tags), /leasehold-traced-/)
  })
})
