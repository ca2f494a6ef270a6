// node scripts/report.mjs <title> <file>: a job's output as a page of Markdown, for a workflow's summary: what it came
// to, how long each step took, which bars were missed, what failed, and its last lines.
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

const LAST_LINES = 60
const MOST_FAILURES = 50

/** @param {string} title @param {string} output @param {NodeJS.ProcessEnv} env */
export function reportPage(title, output, env) {
  const lines = stripVTControlCharacters(output).split(/\r?\n/)
  const tally = lines.findLast(line => /^\d+ passed, \d+ failed, \d+ skipped$/.test(line))
  const steps = matches(lines, /^=== (\S+) took (\d+) s, exit code (\d+)$/)
  const missed = lines.filter(line => /^ *→ .*: MISSED\)$/.test(line)).map(line => line.trim().slice(2))
  const failures = matches(lines, /^ {2,}(\d+)\) (.+)$/).map(found => found[1] ?? '')
  const { GITHUB_SHA: commit, GITHUB_RUN_ID: run, GITHUB_REPOSITORY: repository } = env
  return [
    `# ${title}`,
    `**${tally ?? 'It ended without a closing line.'}**`,
    ...(commit === undefined ? [] : [`Commit \`${commit.slice(0, 12)}\`.`]),
    ...(run === undefined ? [] : [`[The run](https://github.com/${repository}/actions/runs/${run}).`]),
    ...table(['step', 'seconds', 'exit code'], steps),
    ...list('Bars that were missed', missed),
    ...list('What failed', failures.slice(0, MOST_FAILURES)),
    '## The last lines',
    fenced(lines.join('\n').trimEnd().split('\n').slice(-LAST_LINES)),
    '',
  ].join('\n\n')
}

/** @param {string[]} lines @param {RegExp} pattern @returns {string[][]} */
function matches(lines, pattern) {
  return lines.flatMap(line => {
    const found = pattern.exec(line)
    return found === null ? [] : [found.slice(1)]
  })
}

/** @param {string[]} head @param {string[][]} rows */
function table(head, rows) {
  if (rows.length === 0) return []
  return [[head, head.map(() => '---'), ...rows].map(row => `| ${row.join(' | ')} |`).join('\n')]
}

/** @param {string} title @param {string[]} items */
function list(title, items) {
  return items.length === 0 ? [] : [`## ${title}`, items.map(item => `- ${item}`).join('\n')]
}

/** Longer than any fence within. @param {string[]} lines */
function fenced(lines) {
  const longest = Math.max(2, ...lines.flatMap(line => (line.match(/`+/g) ?? []).map(ticks => ticks.length)))
  const fence = '`'.repeat(longest + 1)
  return [`${fence}text`, ...lines, fence].join('\n')
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [title, file] = process.argv.slice(2)
  if (title === undefined || file === undefined) {
    console.error('Usage: node scripts/report.mjs <title> <file>')
    process.exitCode = 1
  } else process.stdout.write(reportPage(title, readFileSync(file, 'utf8'), process.env))
}
