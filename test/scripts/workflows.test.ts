import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { root } from '../../scripts/workspace.mjs'

interface Job {
  readonly uses?: string
  readonly steps?: readonly { readonly run?: string; readonly uses?: string }[]
}

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>
  readonly jobs: Readonly<Record<string, Job>>
}

const folder = join(root, '.github/workflows')
const files = readdirSync(folder)
const workflow = (file: string): Workflow => parse(readFileSync(join(folder, file), 'utf8')) as Workflow
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>
}

/** Manifests by which Dependabot finds what it updates. */
const MANIFESTS: Readonly<Record<string, string>> = {
  npm: 'package.json',
  cargo: 'Cargo.toml',
  gomod: 'go.mod',
  'docker-compose': 'compose.yaml',
  'github-actions': '.github/workflows',
}

describe('the workflows', () => {
  for (const file of files) {
    const { permissions, jobs } = workflow(file)
    const steps = Object.values(jobs).flatMap(job => job.steps ?? [])

    it(`${file}: may only what it says, and runs what there is`, () => {
      assert.ok(permissions, 'without permissions it has all of them')
      for (const { run = '' } of steps) {
        for (const [, script] of run.matchAll(/npm run (?:--silent )?([\w:-]+)(?![\w:-]| -w)/g))
          assert.ok(scripts[script!], `no npm script is called ${script}`)
        for (const [path] of run.matchAll(/scripts\/[\w-]+\.mjs/g))
          assert.ok(existsSync(join(root, path)), path)
      }
      for (const { uses } of Object.values(jobs))
        if (uses?.startsWith('./') === true) assert.ok(existsSync(join(root, uses)), uses)
    })

    it(`${file}: pins the version of each action`, () => {
      for (const { uses } of steps)
        if (uses !== undefined)
          assert.match(
            uses,
            /@(v\d+(\.\d+)*|[0-9a-f]{40})$|^dtolnay\/rust-toolchain@(stable|nightly)$|^taiki-e\/install-action@/,
          )
    })
  }

  for (const file of ['daily.yml', 'weekly.yml']) {
    for (const [name, { steps = [] }] of Object.entries(workflow(file).jobs)) {
      if (name === 'codeql') continue // It has a page of its own, under Security.
      it(`${file}: ${name} leaves a page`, () => {
        assert.ok(
          steps.some(
            ({ run = '' }) => run.includes('scripts/report.mjs') && run.includes('GITHUB_STEP_SUMMARY'),
          ),
        )
      })
    }
  }

  it('are joined by Dependabot, for each kind of manifest that there is', () => {
    const { version, updates } = parse(readFileSync(join(root, '.github/dependabot.yml'), 'utf8')) as {
      version: number
      updates: readonly { 'package-ecosystem': string; directory: string; schedule: { interval: string } }[]
    }
    assert.equal(version, 2)
    for (const { 'package-ecosystem': ecosystem, directory, schedule } of updates) {
      assert.match(schedule.interval, /^(daily|weekly|monthly)$/)
      assert.ok(existsSync(join(root, directory, MANIFESTS[ecosystem]!)), `${ecosystem} in ${directory}`)
    }
    assert.deepEqual(
      Object.keys(MANIFESTS).filter(name => !updates.some(update => update['package-ecosystem'] === name)),
      [],
    )
  })
})
