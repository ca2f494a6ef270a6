import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { captureNode, tool } from '../../scripts/command.mjs'
import { publicPackages, readJson, root } from '../../scripts/workspace.mjs'

const execute = promisify(execFile)

describe('a release’s versions and changelogs, made of the commits in a clone', function () {
  this.timeout(180_000)
  let clone: string
  const git = (...args: string[]) => execute('git', ['-C', clone, ...args])
  const read = (folder: string, file: string): Promise<string> => readFile(join(clone, folder, file), 'utf8')

  before(async () => {
    clone = await mkdtemp(join(tmpdir(), 'leasehold-versions-'))
    await execute('git', ['clone', '--quiet', root, clone])
    await git('checkout', '--quiet', '-B', 'main')
    await git('config', 'user.name', 'release test')
    await git('config', 'user.email', 'release-test@localhost')
    await symlink(join(root, 'node_modules'), join(clone, 'node_modules'))
    const lerna = [tool('lerna'), 'version', '--yes', '--no-push']
    const { code, output } = await captureNode(lerna, { cwd: clone })
    if (code !== 0) throw new Error(`lerna version failed:\n${output}`)
  })

  after(() => rm(clone, { recursive: true, force: true }))

  for (const { name, folder, manifest } of publicPackages()) {
    it(`${name}: raised, tagged, told, and said by its source`, async () => {
      const { version, dependencies = {} } = readJson(join(clone, folder, 'package.json')) as {
        version: string
        dependencies?: Record<string, string>
      }
      assert.notEqual(version, (manifest as { version: string }).version)
      assert.equal((await git('tag', '--list', `${name}@${version}`)).stdout.trim(), `${name}@${version}`)
      const changelog = await read(folder, 'CHANGELOG.md')
      assert.match(changelog, new RegExp(`^#+ \\[?${version.replaceAll('.', '\\.')}\\b`, 'm'))
      assert.match(changelog, /^### Features$/m)
      assert.match(changelog, /\(https:\/\/github\.com\/leasehold\/leasehold\/commits?\/[0-9a-f]{40}\)/)
      assert.doesNotMatch(changelog, /Unreleased/)
      for (const { name: other, folder: otherFolder } of publicPackages()) {
        const range = dependencies[other]
        if (range === undefined) continue
        const raised = readJson(join(clone, otherFolder, 'package.json')) as { version: string }
        assert.equal(range, `^${raised.version}`, `${name} depends on ${other}`)
      }
      const source = await read(folder, 'src/version.ts').catch(() => undefined)
      if (source !== undefined) assert.ok(source.includes(`'${version}'`), source)
    })
  }

  it('are one commit that leaves nothing uncommitted, and no address in the lock file', async () => {
    assert.equal((await git('log', '-1', '--format=%s')).stdout.trim(), 'chore: release')
    assert.equal((await git('status', '--porcelain', '--untracked-files=no')).stdout, '')
    assert.doesNotMatch(await read('', 'package-lock.json'), /"resolved": "[a-z+]+:\/\//)
  })
})
