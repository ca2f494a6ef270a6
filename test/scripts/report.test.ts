import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { reportPage } from '../../scripts/report.mjs'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

describe('the page of a job', () => {
  it('tells what it came to, its steps, missed bars and failures, and ends with its last lines', () => {
    const output = [
      '=== tests: npm test',
      '  1) a pool',
      '\u001b[31m     is told so\u001b[0m',
      '  → get, hit: 1.49 x (bar 1.25 x: MISSED)',
      '  → set: 1.00 x (bar 1.25 x: within)',
      '=== tests took 12 s, exit code 1',
      'some ``` fence',
      '3 passed, 1 failed, 0 skipped',
      '',
    ].join('\n')
    const page = reportPage('Suite', output, {
      GITHUB_SHA: '0123456789abcdef',
      GITHUB_RUN_ID: '7',
      GITHUB_REPOSITORY: 'o/r',
    })
    assert.match(page, /^# Suite\n\n\*\*3 passed, 1 failed, 0 skipped\*\*/)
    assert.ok(page.includes('Commit `0123456789ab`.'))
    assert.ok(page.includes('https://github.com/o/r/actions/runs/7'))
    assert.ok(page.includes('| tests | 12 | 1 |'))
    assert.ok(page.includes('- get, hit: 1.49 x (bar 1.25 x: MISSED)') && !page.includes('- set:'))
    assert.ok(page.includes('## What failed\n\n- a pool'))
    assert.ok(page.includes('````text\n') && page.trimEnd().endsWith('````'))
    assert.ok(!page.includes('\u001b'))
  })

  it('says so where there is no closing line, and how it is called', () => {
    assert.match(reportPage('Soak', 'cut short', {}), /^# Soak\n\n\*\*It ended without a closing line\.\*\*/)
    const { status, stderr } = spawnSync(process.execPath, ['scripts/report.mjs'], {
      cwd: ROOT,
      encoding: 'utf8',
    })
    assert.equal(status, 1)
    assert.match(stderr, /^Usage: /)
  })
})
