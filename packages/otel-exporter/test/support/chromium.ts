import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { launch, type Browser } from 'puppeteer-core'

/** What mocha gives its hooks as `this`, as far as it is needed here. */
interface Skippable {
  skip(): unknown
  timeout(millis: number): unknown
}

/**
 * A headless Chromium of the system's packages. Where there is none: a visible skip, or a failure where
 * LEASEHOLD_REQUIRE_REAL=1.
 */
export async function startChromium(hook: Skippable): Promise<Browser> {
  const executablePath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map(folder => join(folder, 'chromium'))
    .find(existsSync)
  if (executablePath === undefined) {
    if (process.env['LEASEHOLD_REQUIRE_REAL'] === '1') throw new Error('no chromium on this machine')
    hook.skip()
  }
  hook.timeout(60_000)
  // Its sandbox needs what a container rarely grants, and only our own page is loaded.
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu']
  return launch({ executablePath: executablePath as string, args, timeout: 50_000 })
}
