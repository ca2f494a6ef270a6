// One report per public entry, packages/*/etc/*.api.md: a change of the public surface shows in review.
import { existsSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { publicPackages, root } from '../workspace.mjs'
import { outcomeOfProblems } from './outcome.mjs'

/** @type {typeof import('@microsoft/api-extractor')} */
const { Extractor, ExtractorConfig, ExtractorLogLevel } = createRequire(import.meta.url)(
  '@microsoft/api-extractor',
)
const { None, Error: error } = ExtractorLogLevel

/** @type {import('../check.mjs').Gate} */
export async function checkApiReports({ update }) {
  return outcomeOfProblems(publicPackages().flatMap(workspace => checkPackage(workspace, update)))
}

/** @param {import('../workspace.mjs').Workspace} workspace @param {boolean} update @returns {string[]} */
function checkPackage(workspace, update) {
  const unscoped = basename(workspace.name)
  return Object.entries(workspace.manifest.exports).flatMap(([entry, target]) => {
    if (typeof target.types !== 'string') return []
    const suffix = entry === '.' ? '' : `-${entry.slice(2).replaceAll('/', '-')}`
    return checkEntry(workspace, `${unscoped}${suffix}`, target.types, update)
  })
}

/**
 * @param {import('../workspace.mjs').Workspace} workspace
 * @param {string} report @param {string} types @param {boolean} update @returns {string[]}
 */
function checkEntry(workspace, report, types, update) {
  const reportFolder = join(workspace.path, 'etc')
  mkdirSync(reportFolder, { recursive: true })
  const reportFile = join(reportFolder, `${report}.api.md`)
  if (!update && !existsSync(reportFile)) return [outdated(workspace, report)]
  /** @type {string[]} */
  const problems = []
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(workspace.path, 'package.json'),
    configObject: {
      projectFolder: workspace.path,
      mainEntryPointFilePath: join(workspace.path, types),
      compiler: { overrideTsconfig: compilerConfig(join(workspace.path, types)) },
      apiReport: {
        enabled: true,
        reportFileName: report,
        reportFolder,
        reportTempFolder: join(root, '.cache/api-reports'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        compilerMessageReporting: { default: { logLevel: error } },
        extractorMessageReporting: {
          default: { logLevel: error },
          // Everything that is exported is public; release tags would say nothing more.
          'ae-missing-release-tag': { logLevel: None },
          'ae-undocumented': { logLevel: None },
          'ae-unresolved-link': { logLevel: None },
        },
        tsdocMessageReporting: { default: { logLevel: None } },
      },
    },
  })
  const { apiReportChanged } = Extractor.invoke(config, {
    localBuild: update,
    messageCallback(message) {
      message.handled = true
      if (message.logLevel === error && !message.messageId.startsWith('console-api-report')) {
        problems.push(`${workspace.name}: ${message.formatMessageWithLocation(workspace.path)}`)
      }
    },
  })
  if (apiReportChanged && !update) problems.push(outdated(workspace, report))
  return problems
}

/** @param {import('../workspace.mjs').Workspace} workspace @param {string} report */
function outdated(workspace, report) {
  return `${workspace.folder}/etc/${report}.api.md does not match the public API: look at the change, then "npm run check -- api --update"`
}

/**
 * API Extractor brings its own compiler, which does not know every option of ours; reading one declaration
 * file takes no more than these.
 * @param {string} file
 */
function compilerConfig(file) {
  return {
    compilerOptions: {
      target: 'ES2022',
      lib: ['ES2023', 'ESNext.Disposable'],
      module: 'NodeNext',
      moduleResolution: 'NodeNext',
      types: ['node'],
      strict: true,
      skipLibCheck: true,
    },
    files: [file],
  }
}
