import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { captureNode, npm, tool } from '../../scripts/command.mjs'
import { builtPlatforms } from '../../scripts/platform-packages.mjs'
import { publicPackages, root } from '../../scripts/workspace.mjs'
import { binaryNames } from '../../packages/memmap-napi/src/platform.ts'
import { requireOrSkip } from '../backends/daemon.ts'
import { startRegistry, type RealRegistry } from '../backends/registry/registry.ts'
import { programsOf, promised } from '../docs/page-program.ts'
import { nodeVersions } from '../packed/node-versions.ts'
import { importedBy, installedBy, toCommonJs } from './readme-program.ts'

const execute = promisify(execFile)
const packages = publicPackages()

describe('the published packages', function () {
  this.timeout(180_000)
  let registry: RealRegistry
  let released: string

  before(async () => {
    registry = await startRegistry()
    released = await succeed([join(root, 'scripts/release.mjs'), ...options()], root)
  })

  after(() => registry?.stop())

  const options = (): string[] => ['--registry', registry.url, '--partial', '--no-provenance']
  const succeed = async (args: string[], cwd: string): Promise<string> => {
    const env = { NPM_CONFIG_USERCONFIG: registry.npmrc, NPM_CONFIG_REGISTRY: registry.url }
    const { code, output } = await captureNode(args, { cwd, env })
    if (code !== 0) throw new Error(`node ${args.join(' ')} failed:\n${output}`)
    return output
  }

  it('are all of them, what is depended on first', () => {
    const names = [...released.matchAll(/^(.+)@\S+ published$/gm)].map(match => match[1]!)
    const platforms = builtPlatforms().map(({ name }) => `memmap-napi-${name}`)
    assert.deepEqual(names.toSorted(), [...packages.map(({ name }) => name), ...platforms].toSorted())
    assert.ok(names.indexOf('@leasehold/core') < names.indexOf('@leasehold/pool'), names.join())
    assert.ok(names.indexOf('memmap-napi') < names.indexOf('@leasehold/mmap'), names.join())
  })

  it('are published once: a second run finds them there', async () => {
    const again = await succeed([join(root, 'scripts/release.mjs'), ...options()], root)
    assert.doesNotMatch(again, / published$/m)
    assert.equal(again.match(/ is there already$/gm)?.length, released.match(/ published$/gm)?.length)
  })

  for (const { name, path } of packages) {
    describe(`${name}, installed alone in an empty folder as its README says`, () => {
      let folder: string
      let programs: string[]

      before(async () => {
        folder = await mkdtemp(join(tmpdir(), 'leasehold-alone-'))
        const readme = await readFile(join(path, 'README.md'), 'utf8')
        const wanted = installedBy(readme)
        const names = wanted.map(spec => spec.replace(/(?<=.)@.*$/, ''))
        // What needs a client of others' (pg, undici, …) too is run where those are.
        programs = programsOf(readme).filter(program =>
          importedBy(program).every(imported => names.includes(imported) || imported === name),
        )
        await writeFile(join(folder, 'package.json'), '{ "private": true }\n')
        await writeFile(join(folder, 'README.md'), readme)
        await succeed([npm(), 'install', ...wanted, '--no-audit', '--no-fund', '--loglevel=error'], folder)
        for (const [i, program] of programs.entries()) {
          await writeFile(join(folder, `esm-${i}.mjs`), program)
          await writeFile(join(folder, `commonjs-${i}.cjs`), toCommonJs(program))
          await writeFile(join(folder, `typescript-${i}.mts`), program)
        }
      })

      after(() => rm(folder, { recursive: true, force: true }))

      it('has an example that needs nothing else', () => assert.ok(programs.length > 0))

      it('its examples are TypeScript', async () => {
        await succeed(
          [npm(), 'install', '@types/node@20.19.43', '--no-audit', '--no-fund', '--loglevel=error'],
          folder,
        )
        const compilerOptions = {
          target: 'ES2022',
          lib: ['ES2023', 'ESNext.Disposable'],
          module: 'NodeNext',
          strict: true,
          useUnknownInCatchVariables: false, // they are JavaScript: nothing narrows an error
          types: ['node'],
          outDir: 'compiled',
          rootDir: '.',
        }
        const files = programs.map((_, i) => `typescript-${i}.mts`)
        await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
        await succeed([tool('typescript', 'tsc'), '-p', folder], folder)
      })

      for (const version of nodeVersions()) {
        for (const [language, file] of [
          ['an ES module', 'esm-#.mjs'],
          ['CommonJS', 'commonjs-#.cjs'],
          ['TypeScript', 'compiled/typescript-#.mjs'],
        ] as const) {
          it(`prints what its README says: ${language}, on ${version.title}`, async () => {
            const node = await version.executable()
            for (const [i, program] of programs.entries()) {
              const { stdout } = await execute(node, [file.replace('#', String(i))], {
                cwd: folder,
                timeout: 30_000,
              })
              const lines = stdout.trimEnd().split('\n')
              for (const line of promised(program))
                assert.ok(lines.includes(line), `${line}\nnot in\n${stdout}`)
            }
          })
        }
      }

      if (name !== '@leasehold/mmap') return
      for (const version of nodeVersions()) {
        it(`finds the binary of its platform, on ${version.title}`, async function () {
          if (
            !builtPlatforms().some(({ name }) => binaryNames(process.platform, process.arch).includes(name))
          )
            requireOrSkip(this, 'no native binary: npm run build:native')
          const program = "console.log(require('memmap-napi').loadBinding().reason)"
          const { stdout } = await execute(await version.executable(), ['-e', program], { cwd: folder })
          assert.equal(stdout.trim(), 'undefined')
        })
      }
    })
  }
})
