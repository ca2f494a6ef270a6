// npm run test:native: everything about the Rust sources: formatted, no warning of clippy, tests, and the table's
// interleavings under loom. The closing line counts tests, and one for each of the others. With --valgrind the tests run
// under valgrind, and with --miri those that need no system under miri, where these are installed.
import { cargo, hasCargo } from './cargo.mjs'
import { requireKnown } from './known-names.mjs'
import { addTally, emptyTally, tallyLine } from './tally.mjs'

const args = process.argv.slice(2)
requireKnown('option', args, ['--valgrind', '--miri'])
const sum = emptyTally()
if (hasCargo() && args.length > 0) {
  // A handler that mends a fault goes on where that was: valgrind has to know all registers there.
  const runner = 'valgrind --quiet --vex-iropt-register-updates=allregs-at-mem-access --error-exitcode=9'
  const env = { CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER: runner }
  if (args.includes('--valgrind')) await test(['test', '--locked', '--workspace', '--tests'], env)
  if (args.includes('--miri')) await test(['+nightly', 'miri', 'test', '-p', 'raw-memory'])
} else if (hasCargo()) {
  await gate(['fmt', '--all', '--check'])
  await gate(['clippy', '--locked', '--workspace', '--lib', '--tests', '--', '-D', 'warnings'])
  await test(['test', '--locked', '--workspace'])
  await test(
    ['test', '--locked', '-p', 'raw-memory', '--test', 'loom', '--release', '--target-dir', 'target/loom'],
    {
      RUSTFLAGS: '--cfg loom',
      LOOM_MAX_PREEMPTIONS: '2',
    },
  )
} else {
  console.error('cargo was not found: install Rust 1.88 or newer with clippy and rustfmt (https://rustup.rs)')
  sum.failed = 1
}
console.log(`\n${tallyLine(sum)}`)
process.exitCode = sum.failed === 0 ? 0 : 1

/** @param {string[]} args */
async function gate(args) {
  const { code } = await cargo(args)
  sum[code === 0 ? 'passed' : 'failed'] += 1
}

/** @param {string[]} args @param {Record<string, string>} [env] */
async function test(args, env = {}) {
  const { code, output } = await cargo(args, env)
  const tally = emptyTally()
  for (const [, passed, failed, ignored] of output.matchAll(
    /test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/g,
  )) {
    addTally(tally, { passed: Number(passed), failed: Number(failed), skipped: Number(ignored) })
  }
  // One that does not compile, or dies, has failed whatever it counted; so has one that ran nothing.
  if (tally.failed === 0 && (code !== 0 || tally.passed === 0)) tally.failed = 1
  addTally(sum, tally)
}
