/** A resource of your own: a temporary folder that is removed whatever happens, within a scope or by the block. */
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ResourceRegistry, withScope, type Lease } from '@leasehold/core'

async function temporaryFolder(): Promise<Lease<string>> {
  return ResourceRegistry.default.track(await mkdtemp(join(tmpdir(), 'recipe-')), {
    kind: 'folder.temporary',
    name: 'work',
    cleanup: folder => rm(folder, { recursive: true, force: true }),
    // To remove it twice does no harm, so a failure may be tried again.
    retry: { idempotent: true },
  })
}

let first: string
{
  await using folder = await temporaryFolder()
  first = folder.value
  await writeFile(join(first, 'a.txt'), 'a')
}
console.log(`gone at the end of the block: ${!existsSync(first)}`)

let second = ''
await withScope(async scope => {
  second = scope.add(await temporaryFolder()).value
  throw new Error('in the middle')
}).catch((error: Error) => console.log(`the error comes through: ${error.message}`))
console.log(`gone all the same: ${!existsSync(second)}`)

const { acquired, outcomes } = ResourceRegistry.default.stats()
console.log(`${acquired} acquired, ${outcomes.success} cleaned up`)
