import type { LeaseScope } from '@leasehold/core'
import { selectFiles } from './corpus/file-selection.ts'
import type { Walk } from './corpus/file-walk.ts'
import { indexFiles } from './corpus/indexing.ts'
import type { Indexing } from './corpus/indexing.ts'
import type { LeasedFiles } from './corpus/leased-files.ts'
import { openDatabase } from './database/open-database.ts'
import type { OpenDatabase } from './database/open-database.ts'
import type { SlowestAcquisitions } from './report/slowest-acquisitions.ts'
import { duration, megabytes, plural } from './report/numbers.ts'
import type { Summary } from './report/summary.ts'
import type { SessionOptions } from './session.ts'

export interface Prepared {
  readonly indexing: Indexing
  readonly opened: OpenDatabase
  readonly corpus: Summary['corpus']
}

/** Indexes the folder while the database starts, and stores the metadata. One that fails stops the other. */
export async function prepare(
  scope: LeaseScope,
  walk: Walk,
  files: LeasedFiles,
  slowest: SlowestAcquisitions,
  { args, env, registry, progress, signal: interrupted }: SessionOptions,
): Promise<Prepared> {
  const start = performance.now()
  const failed = new AbortController()
  const signal = AbortSignal.any([interrupted, failed.signal])
  const index = async (): Promise<Pick<Prepared, 'indexing' | 'corpus'>> => {
    const selection = await selectFiles(walk, args.megabytes * 1e6, signal)
    const onProgress = (done: number, total: number): void => progress.update('Indexing', done, total)
    const indexing = await indexFiles(selection, files, signal, onProgress)
    const { documents, words, terms } = indexing.index
    const elapsedMillis = performance.now() - start
    const what = `${plural(documents, 'file')}, ${megabytes(indexing.bytes)}, ${plural(terms, 'different word')}`
    progress.finish('Indexing', `${what} in ${duration(elapsedMillis)}`)
    const skipped = { ...walk.skipped, ...selection.skipped, ...indexing.skipped }
    skipped.unreadable += walk.skipped.unreadable
    const corpus = {
      folder: walk.root,
      files: documents,
      bytes: indexing.bytes,
      words,
      terms,
      elapsedMillis,
      skipped,
    }
    return { indexing, corpus }
  }
  const open = async (): Promise<OpenDatabase> => {
    const url = env['DATABASE_URL'] === '' ? undefined : env['DATABASE_URL']
    const opened = await openDatabase(scope, { url, registry, slowest, signal })
    progress.finish('Database', `${opened.description}, ready after ${duration(performance.now() - start)}`)
    return opened
  }
  const [{ indexing, corpus }, opened] = await allOrNone([index(), open()], failed)
  const onProgress = (done: number, total: number): void => progress.update('Storing', done, total)
  await opened.store.save(indexing.documents, onProgress).catch((error: unknown) => {
    throw opened.failure(error)
  })
  return { indexing, opened, corpus }
}

/** Both results; or the first error, once the other, told to stop, has stopped. */
async function allOrNone<A, B>(work: [Promise<A>, Promise<B>], controller: AbortController): Promise<[A, B]> {
  try {
    return await Promise.all(work)
  } catch (error) {
    controller.abort(error)
    await Promise.allSettled(work)
    throw error
  }
}
