/**
 * Checks the telemetry registry and writes what is made from it.
 *
 *     npx tsx packages/core/telemetry/generate.ts            write the files
 *     npx tsx packages/core/telemetry/generate.ts --check    exit with 1 if one differs from what would be written
 */
import { fileURLToPath } from 'node:url'
import { checkFiles, writeFiles } from '../scripts/generated-files.ts'
import { renderNames } from './names-renderer.ts'
import { parseRecipes, readRecipes } from './recipe-book.ts'
import { renderReference } from './reference-renderer.ts'
import { RegistryError } from './registry-model.ts'
import { parseRegistry, readRegistrySource } from './registry-reader.ts'

/** Which package has the constants of which areas, in the order of the reference. A new area's file is added here. */
const CONSTANTS = [
  { file: 'packages/core/src/telemetry/names.generated.ts', areas: ['common', 'lease', 'cleanup'] },
  { file: 'packages/leak-detector/src/telemetry/names.generated.ts', areas: ['leak'] },
  { file: 'packages/mmap/src/telemetry/names.generated.ts', areas: ['mmap'] },
  { file: 'packages/pool/src/telemetry/names.generated.ts', areas: ['pool', 'database'] },
  { file: 'packages/core/src/memory/names.generated.ts', areas: ['memory'] },
  { file: 'packages/cache/src/telemetry/names.generated.ts', areas: ['cache'] },
]

/** Path from the root of the repository -> content. */
export function generateTelemetryFiles(): Map<string, string> {
  const folder = fileURLToPath(new URL('.', import.meta.url))
  const order = CONSTANTS.flatMap(output => output.areas.map(area => `${area}.yaml`))
  const registry = parseRegistry(readRegistrySource(folder, order))
  const recipes = parseRecipes(readRecipes(folder), registry)
  const areas = new Set(CONSTANTS.flatMap(output => output.areas))
  const unplaced = new Set(
    [...registry.metrics, ...registry.spans, ...registry.events]
      .map(item => item.area)
      .filter(area => !areas.has(area)),
  )
  if (unplaced.size > 0) {
    throw new RegistryError(
      [...unplaced].map(area => `${area}.yaml: no package has its constants; see CONSTANTS in generate.ts`),
    )
  }
  return new Map([
    ...CONSTANTS.map(({ file, areas }): [string, string] => [file, renderNames(registry, areas)]),
    ['docs/telemetry.md', renderReference(registry, recipes)],
  ])
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const files = generateTelemetryFiles()
    if (process.argv.includes('--check')) process.exitCode = checkFiles(files)
    else writeFiles(files)
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
