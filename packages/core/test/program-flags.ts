/**
 * Whether programs that tests start run what is built: `npm test` says so, having built it. They then start in a
 * third of the time, and it is what users get that is run. A suite run by itself starts them from the sources.
 */
export const runsBuilt: boolean = process.env['LEASEHOLD_TEST_BUILT'] === '1'

/** Node's flags for a program in JavaScript that a test starts. */
export const programFlags: readonly string[] = runsBuilt
  ? []
  : ['--conditions=leasehold-source', '--import=tsx']
