import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const packages = readdirSync(join(root, 'packages'))

/** Every `js` block of a page: programs that a reader can paste into a file and run. */
function programsOf(page: string): string[] {
  return [...page.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(match => match[1]!)
}

/** What the page says is printed: the comments behind `console.log(…)`, in their order. */
function promised(program: string): string[] {
  return [...program.matchAll(/console\.log\(.*\).* \/\/ (.*)$/gm)].map(match => match[1]!)
}

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
      it(`${name}, example ${i + 1}: prints what it says`, async () => {
        // In the package's folder, so that its own name resolves as it does for whoever has installed it.
        const file = join(folder, `.readme-example-${i}.mjs`)
        writeFileSync(file, program)
        try {
          const { stdout } = await run(process.execPath, [file], { cwd: folder, timeout: 30_000 })
          const lines = stdout.trimEnd().split('\n')
          for (const line of promised(program)) assert.ok(lines.includes(line), `${line}\nnot in\n${stdout}`)
        } finally {
          rmSync(file)
        }
      }).timeout(40_000)
    })
  }
})
