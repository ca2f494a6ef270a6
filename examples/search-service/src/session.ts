import { fileURLToPath } from 'node:url'
import type { LeaseScope, ResourceRegistry } from '@leasehold/core'
import type { Telemetry } from '@leasehold/otel-exporter'
import type { Arguments } from './arguments.ts'
import { walkFolder } from './corpus/file-walk.ts'
import { LeasedFiles } from './corpus/leased-files.ts'
import { summarizeLatency } from './load/latency.ts'
import { runLoad } from './load/load.ts'
import type { LoadResult } from './load/load.ts'
import { planRequests } from './load/request-plan.ts'
import { prepare } from './preparation.ts'
import type { Progress } from './progress.ts'
import { LeakWatch } from './leak-watch.ts'
import { LeakReport } from './report/leak-report.ts'
import { duration, plural } from './report/numbers.ts'
import { resourceRows } from './report/resource-table.ts'
import { SlowestAcquisitions } from './report/slowest-acquisitions.ts'
import type { Summary } from './report/summary.ts'
import { startHttpServer } from './service/http-server.ts'
import { mendedPreview, plantedLeak } from './service/planted-leak.ts'
import { SearchService } from './service/search-service.ts'
import type { ServiceCaches } from './service/service-caches.ts'
import { telemetryFigures } from './telemetry.ts'

/** What is indexed where no folder is given: the project's own. */
export const DEPENDENCIES: string = fileURLToPath(new URL('../../../node_modules', import.meta.url))
const MAX_LOAD_MILLIS = 15_000

export interface SessionOptions {
  readonly args: Arguments
  readonly env: NodeJS.ProcessEnv
  readonly registry: ResourceRegistry
  readonly telemetry: Telemetry
  readonly progress: Progress
  readonly signal: AbortSignal
}

/**
 * The program's work from the empty folder to the figures: everything that it takes for longer than a request belongs to
 * `scope`, whose end stops the service before the database. What can fail for a reason of the user's fails first.
 */
export async function runSession(scope: LeaseScope, options: SessionOptions): Promise<Summary> {
  const { args, env, registry, telemetry, progress, signal } = options
  const slowest = new SlowestAcquisitions()
  const files = new LeasedFiles(registry, slowest, args.fallback ? 'always' : 'auto')
  await telemetry.ready
  const walk = await walkFolder(args.folder ?? DEPENDENCIES, signal)
  const watch = await LeakWatch.start(scope, registry)
  const service = new SearchService(registry, args.fixLeak ? mendedPreview : plantedLeak)
  const http = await startHttpServer(args.port, registry, url => service.handle(url))
  scope.add(http.lease)

  const { indexing, opened, corpus } = await prepare(scope, walk, files, slowest, options)
  scope.defer(() => service[Symbol.asyncDispose](), { leakThresholdMillis: false })
  // Scopes end in reverse order: this one, later than the database, stops the service before its database goes away.
  scope.defer(() => http.lease.release(), { leakThresholdMillis: false })
  service.open({
    root: walk.root,
    documents: indexing.documents,
    index: indexing.index,
    files,
    store: opened.store,
  })

  const { prometheus, live } = telemetry
  progress.finish('Serving', `${http.url}${prometheus === undefined ? '' : `, metrics at ${prometheus.url}`}`)
  if (live !== undefined) progress.finish('Live', `${live.url}, in a browser, as long as the program runs`)

  using leakReport = new LeakReport(watch.detector)
  const plan = planRequests(indexing.index, args.requests, args.seed)
  const load = await runLoad(plan, {
    url: http.url,
    maxMillis: MAX_LOAD_MILLIS,
    signal,
    onProgress: (done, total) => progress.update('Load', done, total),
    disturbances: [() => opened.disturbances.cutConnection(), () => opened.disturbances.slowQuery()],
  })
  progress.finish('Load', `${plural(load.answered, 'request')} in ${duration(load.elapsedMillis)}`)

  await watch.caughtUp(() => leakReport.count())

  // A database that went away during the load leaves these unknown; the rest of the summary is worth showing.
  const counts = await opened.store.counts().catch(() => ({}))
  return {
    corpus,
    database: { description: opened.description, embedded: opened.embedded, ...counts },
    load: loadFigures(load, http.url, service.caches),
    clients: { max: opened.database.maxClients, ...opened.database.figures() },
    resources: resourceRows(registry.stats()),
    slowest: slowest.list(),
    leaks: leakReport.leaks(),
    alerts: watch.figures(),
    telemetry: await telemetryFigures(telemetry, env, service.spans.recorded),
    groundTruth: {
      filesOpened: files.opened,
      plantedCalls: load.millisByRoute.preview.length,
    },
  }
}

function loadFigures(load: LoadResult, url: string, caches: ServiceCaches | undefined): Summary['load'] {
  const { planned, answered, failed, firstFailure, elapsedMillis, millisByRoute, bursts } = load
  const { search, document, stats, preview } = millisByRoute
  return {
    url,
    planned,
    answered,
    failed,
    ...(firstFailure === undefined ? {} : { firstFailure }),
    elapsedMillis,
    perSecond: (answered * 1000) / elapsedMillis,
    bursts,
    cacheHits: caches?.figures.results.hits ?? 0,
    cacheMisses: caches?.figures.results.loads.started ?? 0,
    latencyMillis: summarizeLatency([...search, ...document, ...stats, ...preview]),
    routes: {
      search: summarizeLatency(search),
      document: summarizeLatency(document),
      stats: summarizeLatency(stats),
      preview: summarizeLatency(preview),
    },
  }
}
