import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { assertPrints, programsOf, promised } from './page-program.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const packages = readdirSync(join(root, 'packages'))

describe('the examples of the READMEs', () => {
  it('the front page’s, in TypeScript: prints what it says', async () => {
    const [, program] = /^```ts\n([\s\S]*?)^```$/m.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? []
    const file = join(root, 'test', '.readme-example.mts')
    writeFileSync(file, program ?? '')
    try {
      const { stdout } = await run(process.execPath, ['--import=tsx', file], { cwd: root, timeout: 30_000 })
      assert.deepEqual(promised(program ?? ''), ['1'])
      assert.equal(stdout.trimEnd().split('\n').at(-1), '1')
    } finally {
      rmSync(file)
    }
  }).timeout(40_000)

  for (const name of packages) {
    const folder = join(root, 'packages', name)
    const readme = join(folder, 'README.md')
    it(`${name} has a README with an example that runs`, () => {
      assert.ok(existsSync(readme), `${readme} is missing`)
      assert.ok(programsOf(readFileSync(readme, 'utf8')).length > 0, `${readme} has no js block`)
    })
    if (!existsSync(readme)) continue
    const page = readFileSync(readme, 'utf8')
    programsOf(page).forEach((program, i) => {
      it(`${name}, example ${i + 1}: prints what it says`, async function () {
        // In the package's folder, so that its own name resolves as it does for whoever has installed it.
        await assertPrints(this, program, folder)
      }).timeout(60_000)
    })
  }
})

describe('the examples of the guides for moving over', () => {
  const guides = join(root, 'docs', 'migration')
  for (const name of readdirSync(guides)) {
    const programs = programsOf(readFileSync(join(guides, name), 'utf8'))
    it(`${name} has programs from before and after`, () => assert.ok(programs.length >= 2))
    programs.forEach((program, i) => {
      it(`${name}, example ${i + 1}: prints what it says`, async function () {
        await assertPrints(this, program, join(root, 'test'))
      }).timeout(60_000)
    })
  }
})

describe('the examples of the pages', () => {
  const pages = readdirSync(join(root, 'docs')).filter(name => name.endsWith('.md'))
  for (const name of pages) {
    programsOf(readFileSync(join(root, 'docs', name), 'utf8')).forEach((program, i) => {
      it(`${name}, example ${i + 1}: prints what it says`, async function () {
        await assertPrints(this, program, join(root, 'test'))
      }).timeout(60_000)
    })
  }
})
