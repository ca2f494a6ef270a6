/**
 * Soak: leases by the million with injected faults, counted twice, by the registry and by the program itself.
 * `npm run soak` (1,000,000 at each rate, some minutes) or `npm run bench -- soak --smoke` (20,000).
 * Ends with exit code 1 if a single figure differs, or if heap, file descriptors or timers do not come back.
 */
import { closeSync, existsSync, openSync, readdirSync } from 'node:fs'
import { ResourceRegistry, type CleanupOutcome, type Lease } from '@leasehold/core'
import { Faults, type Fault } from './soak-faults.ts'

const isSmoke = process.argv.includes('--smoke')
const LEASES = isSmoke ? 20_000 : 1_000_000
const BATCH = isSmoke ? 5_000 : 20_000
const RATES = [0.001, 0.01, 0.05]
const TIMEOUT_MILLIS = 150
const GRACE_MILLIS = 20
/** What the machinery itself may keep: warmed-up maps, code, the last batch's garbage not yet freed. */
const HEAP_SLACK_BYTES = 8 * 1024 * 1024

interface Expected {
  readonly outcomes: Record<CleanupOutcome, number>
  lateSettled: number
  retryable: number
  retryableSaved: number
}

const nothing = (): Record<CleanupOutcome, number> => ({
  success: 0,
  failure: 0,
  timeout: 0,
  abandoned: 0,
  forced: 0,
})

function openFiles(): number {
  return existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0
}

function heapBytes(): number {
  for (let i = 0; i < 4; i++) globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

/** One batch: taken, released, all settled, those that hang too. */
async function soakBatch(
  registry: ResourceRegistry,
  faults: Faults,
  size: number,
  expected: Expected,
): Promise<void> {
  const releases: Promise<unknown>[] = []
  const leases: Lease<unknown>[] = []
  for (let i = 0; i < size; i++) leases.push(take(registry, faults.next(), expected))
  // In another order than they came, so that the lists are cut everywhere.
  for (let i = 0; i < size; i++) {
    const lease = leases[(i * 7_919) % size]!
    releases.push(lease.release().catch(() => {}))
  }
  await Promise.all(releases)
  // Background ones, and those in grace; then what hung is let go, and settles late.
  await settled(registry, counts => counts.releasing === 0)
  await settled(registry, counts => counts.quarantined >= faults.hanging.length)
  for (const letGo of faults.hanging.splice(0)) letGo()
  await settled(registry, counts => counts.lateSettled === expected.lateSettled)
}

type Counts = ReturnType<ResourceRegistry['stats']>

/** Turns of the loop until it is so; bounded, so that a lost cleanup is a failure and no hang. */
async function settled(registry: ResourceRegistry, isSo: (counts: Counts) => boolean): Promise<void> {
  const end = performance.now() + 60_000
  while (!isSo(registry.stats())) {
    if (performance.now() > end) throw new Error(`does not settle: ${JSON.stringify(registry.stats())}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

function take(registry: ResourceRegistry, fault: Fault, expected: Expected): Lease<unknown> {
  const common = { kind: 'soak.resource', name: fault.name, strategy: fault.strategy } as const
  if (fault.retry === undefined) {
    expected.outcomes[fault.outcome]++
    if (fault.isLate) expected.lateSettled++
  } else expected.retryable++
  const fd = fault.hasFile ? openSync(process.execPath, 'r') : -1
  const close = (): void => {
    if (fd !== -1) closeSync(fd)
  }
  return registry.track(fd, {
    ...common,
    timeoutMillis: fault.retry === undefined ? TIMEOUT_MILLIS : 5_000,
    ...(fault.retry === undefined ? {} : { retry: { idempotent: true as const } }),
    ...(fault.hasForce ? { force: () => fault.force(close) } : {}),
    cleanup: () =>
      fault.cleanup(close, isSaved => {
        expected.outcomes[isSaved ? 'success' : 'failure']++
        if (isSaved) expected.retryableSaved++
      }),
  })
}

let failures = 0
function check(what: string, isRight: boolean, detail: string): void {
  if (!isRight) failures++
  console.log(`  ${isRight ? 'ok    ' : 'WRONG '} ${what}: ${detail}`)
}

async function soak(rate: number): Promise<void> {
  console.log(`\n${LEASES} leases, ${rate * 100} % of each kind of fault`)
  const registry = new ResourceRegistry({ cleanupGraceMillis: GRACE_MILLIS, sampling: { gc: 128 } })
  const expected: Expected = { outcomes: nothing(), lateSettled: 0, retryable: 0, retryableSaved: 0 }
  const faults = new Faults(rate, 1)
  // A batch first, so that what is measured is growth, not warming up.
  await soakBatch(registry, faults, BATCH, expected)
  const [heap, files, timers] = [heapBytes(), openFiles(), process.getActiveResourcesInfo().length]
  for (let done = BATCH; done < LEASES; done += BATCH) await soakBatch(registry, faults, BATCH, expected)

  const { acquired, live, releasing, outcomes, lateSettled, quarantined, groups } = registry.stats()
  const sum = Object.values(outcomes).reduce((total, count) => total + count, 0)
  check('acquired = live + releasing + outcomes', acquired === live + releasing + sum, `${acquired} = ${sum}`)
  check('nothing is left', live + releasing + quarantined === 0, `${live}, ${releasing}, ${quarantined}`)
  for (const outcome of Object.keys(outcomes) as CleanupOutcome[]) {
    const [is, should] = [outcomes[outcome], expected.outcomes[outcome]]
    check(outcome, is === should, `${is}, expected ${should}`)
  }
  check(
    'settled late',
    lateSettled === expected.lateSettled,
    `${lateSettled}, expected ${expected.lateSettled}`,
  )
  const saved = groups.find(group => group.name === 'retryable')?.outcomes.success ?? 0
  const share = saved / expected.retryable
  check(
    'saved by retries, >= 99.9 %',
    share >= 0.999 && saved === expected.retryableSaved,
    `${(share * 100).toFixed(3)} %`,
  )
  const growth = heapBytes() - heap
  check('heap back', growth < HEAP_SLACK_BYTES, `${(growth / 1024 / 1024).toFixed(1)} MiB more`)
  check('file descriptors back', openFiles() <= files, `${openFiles()}, were ${files}`)
  const now = process.getActiveResourcesInfo().length
  check('timers back', now <= timers, `${now} active resources, were ${timers}`)
}

const startedAt = performance.now()
for (const rate of RATES) await soak(rate)
const report = await ResourceRegistry.default.drain()
console.log(
  `\n${failures === 0 ? 'all exact' : `${failures} WRONG`}, ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`,
)
process.exitCode = failures === 0 && report.clean ? 0 : 1
