import assert from 'node:assert/strict'
import { problemsOfContents } from '../../scripts/gates/tarball-contents.mjs'

const PATHS = [
  'package.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'dist/index.js',
  'dist/index.d.ts',
  'src/index.ts',
]

describe('the contents of a package', () => {
  const problemsOf = (paths: readonly string[], size: number = 1): string[] =>
    problemsOfContents({
      name: 'x',
      version: '0.1.0',
      folder: 'packages/core',
      file: 'x.tgz',
      size: 1,
      unpackedSize: 1,
      files: paths.map(path => ({ path, size })),
    })

  it('are its sources, what is made of them, and four files', () => {
    assert.deepEqual(problemsOf(PATHS), [])
  })

  it('lack nothing that the manifest names', () => {
    const without = PATHS.filter(path => !/LICENSE|index\.d\.ts/.test(path))
    assert.deepEqual(problemsOf(without), [
      'x: LICENSE is missing',
      'x: exports names dist/index.d.ts, which is missing',
    ])
  })

  it('are nothing that only its makers need, nor what a deleted source has left', () => {
    const more = ['test/index.test.ts', 'dist/tsconfig.tsbuildinfo', '.env', 'dist/old.js']
    assert.deepEqual(
      problemsOf([...PATHS, ...more]).map(problem => problem.split(' ').slice(1).join(' ')),
      [
        'test/index.test.ts does not belong there',
        'dist/tsconfig.tsbuildinfo does not belong there',
        '.env does not belong there',
        'dist/old.js has no source: npm run clean',
      ],
    )
  })

  it('are small', () => {
    assert.equal(problemsOf(PATHS, 300_000).length, PATHS.length)
  })
})
