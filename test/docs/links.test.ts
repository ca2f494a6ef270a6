import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = [
  '.',
  '.github',
  'benchmarks',
  'dashboards',
  ...foldersIn('docs'),
  ...foldersIn('packages'),
  ...foldersIn('examples'),
]
  .flatMap(folder => readdirSync(join(root, folder)).map(name => join(folder, name)))
  .filter(page => page.endsWith('.md') && !page.endsWith('CHANGELOG.md'))

/** A folder and those in it. */
function foldersIn(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true })
  return [folder, ...entries.filter(entry => entry.isDirectory()).map(({ name }) => join(folder, name))]
}

/** As GitHub makes them of headings. */
function anchorsOf(text: string): Set<string> {
  const headings = text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ +(.*)$/gm)
  return new Set(
    [...headings].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    ),
  )
}

describe('the links of the pages', () => {
  for (const page of pages) {
    it(page, () => {
      const text = readFileSync(join(root, page), 'utf8').replace(/^```[\s\S]*?^```/gm, '')
      for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target!)) continue
        const [path, anchor] = target!.split('#') as [string, string | undefined]
        const file = path === '' ? join(root, page) : resolve(root, dirname(page), path)
        assert.ok(existsSync(file), `${target}: there is no ${path}`)
        if (anchor !== undefined) {
          assert.ok(anchorsOf(readFileSync(file, 'utf8')).has(anchor), `${target}: no such heading`)
        }
      }
    })
  }
})

describe('the register of risks', () => {
  const text = readFileSync(join(root, 'docs/risks.md'), 'utf8')
  const telemetry = readFileSync(join(root, 'docs/telemetry.md'), 'utf8')
  const rules = readFileSync(join(root, 'dashboards/prometheus/leasehold.rules.yml'), 'utf8')

  it('has each of the thirteen', () => {
    assert.deepEqual(
      [...text.matchAll(/^\| R(\d+) /gm)].map(([, number]) => Number(number)),
      Array.from({ length: 13 }, (_, i) => i + 1),
    )
  })

  it('names metrics and alerts that exist', () => {
    for (const [, metric] of text.matchAll(/`(leasehold_\w+)`/g))
      assert.ok(telemetry.includes(`\`${metric}\``), metric)
    for (const [, alert] of text.matchAll(/`(Leasehold\w+)`/g))
      assert.ok(rules.includes(`alert: ${alert}\n`), alert)
  })
})

describe('the runbook', () => {
  const telemetry = readFileSync(join(root, 'docs/telemetry.md'), 'utf8')
  const [, table] = /#### `leasehold\.alert\.rule`[\s\S]*?\n((?:\|.*\n)+)/.exec(telemetry) ?? []
  const rules = [...(table ?? '').matchAll(/^\| `([\w-]+)` \|/gm)].map(([, rule]) => rule!)

  it('has a page for each alert rule', () => {
    assert.ok(rules.length >= 8, `${rules.length} rules`)
    for (const rule of rules) assert.ok(existsSync(join(root, `docs/runbook/${rule}.md`)), rule)
  })
})
