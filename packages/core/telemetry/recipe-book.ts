/** PromQL for the questions most asked; checked against the registry, so that a renamed metric breaks it at once. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { prometheusLabel, prometheusSeries } from './prometheus-name.ts'
import { RegistryError } from './registry-model.ts'
import type { TelemetryRegistry } from './registry-model.ts'
import { Problems } from './yaml-shape.ts'

export interface Recipe {
  readonly question: string
  readonly promql: string
  readonly note: string
}

export function readRecipes(folder: string): string {
  return readFileSync(join(folder, 'recipes.yaml'), 'utf8')
}

/** @throws RegistryError with every problem found */
export function parseRecipes(text: string, registry: TelemetryRegistry): Recipe[] {
  const problems = new Problems()
  const labels = registry.attributes.filter(attribute => !attribute.spanOnly)
  const known = new Set([
    ...registry.metrics.flatMap(prometheusSeries),
    ...labels.map(attribute => prometheusLabel(attribute.id)),
  ])
  const recipes: Recipe[] = []
  const root = problems.mapping('recipes.yaml', parse(text), ['recipes'], ['recipes'])
  for (const item of root === undefined ? [] : problems.items('recipes.yaml', root, 'recipes')) {
    const node = problems.mapping(
      'recipes.yaml',
      item,
      ['question', 'promql', 'note'],
      ['question', 'promql'],
    )
    if (node === undefined) continue
    const question = problems.text('recipes.yaml', node, 'question')
    // Not `text`: its line breaks are wanted.
    const promql = typeof node['promql'] === 'string' ? node['promql'].trim() : ''
    for (const [word] of promql.matchAll(/\b(?:leasehold|error|db)_[a-z0-9_]+/g)) {
      if (!known.has(word))
        problems.add(`recipes.yaml: ${question}`, `"${word}" is no metric or label of the registry`)
    }
    recipes.push({ question, promql, note: problems.text('recipes.yaml', node, 'note') })
  }
  if (problems.list.length > 0) throw new RegistryError(problems.list)
  return recipes
}
