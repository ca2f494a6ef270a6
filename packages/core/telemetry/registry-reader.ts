/**
 * Reads the registry's YAML, checks it and resolves its references. The format is OpenTelemetry Weaver's
 * (https://github.com/open-telemetry/weaver, `schemas/semconv-syntax.md`), of which we accept what we use: a field
 * that this reader does not know is a mistake, not something to pass over.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { AttributeTable } from './attribute-table.ts'
import * as rules from './naming-rules.ts'
import { RegistryError } from './registry-model.ts'
import type { Area, AttributeUse, LogEvent, Metric, Span, TelemetryRegistry } from './registry-model.ts'
import { Problems, shown } from './yaml-shape.ts'
import type { Node } from './yaml-shape.ts'

/** A registry as text: file name -> YAML. */
export interface RegistrySource {
  readonly files: Readonly<Record<string, string>>
  /** The attributes that the dependencies define and ours refers to. */
  readonly imported: string
  /** The metrics that the dependencies define and ours imports; none by default. */
  readonly importedMetrics?: string
}

const GROUP_FIELDS = ['id', 'type', 'brief', 'note', 'stability', 'extends', 'attributes', 'annotations']
const FIELDS_OF_TYPE = {
  attribute_group: ['display_name'],
  metric: ['metric_name', 'instrument', 'unit'],
  span: ['span_kind'],
  event: ['name'],
} as const
const IMPORTED_ATTRIBUTES = 'imported-attributes.yaml'
const IMPORTED_METRICS = 'imported-metrics.yaml'
const STABILITIES = ['development', 'alpha', 'beta', 'release_candidate', 'stable'] as const

/** @param order the files that come first, in their order; the others follow by name */
export function readRegistrySource(folder: string, order: readonly string[]): RegistrySource {
  const names = readdirSync(join(folder, 'registry')).filter(name => name.endsWith('.yaml'))
  const files: Record<string, string> = {}
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length)
  for (const name of names.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1)))
    files[name] = readFileSync(join(folder, 'registry', name), 'utf8')
  const text = (file: string): string => readFileSync(join(folder, file), 'utf8')
  return { files, imported: text(IMPORTED_ATTRIBUTES), importedMetrics: text(IMPORTED_METRICS) }
}

/** @throws RegistryError with every problem found */
export function parseRegistry(source: RegistrySource): TelemetryRegistry {
  const reader = new RegistryReader()
  const registry = reader.read(source)
  if (reader.problems.list.length > 0) throw new RegistryError(reader.problems.list)
  return registry
}

interface Group {
  readonly where: string
  readonly area: string
  readonly id: string
  readonly type: keyof typeof FIELDS_OF_TYPE
  readonly node: Node
  /** A dependency's: its names are not ours to judge. */
  readonly imported: boolean
}

class RegistryReader {
  readonly problems: Problems = new Problems()
  readonly #attributes: AttributeTable = new AttributeTable(this.problems)
  readonly #groups: Map<string, Group> = new Map()
  /** Which file imports which metric of a dependency. */
  readonly #imports: Map<string, string> = new Map()
  readonly #areas: Area[] = []
  readonly #metrics: Metric[] = []
  readonly #spans: Span[] = []
  readonly #events: LogEvent[] = []

  read({ files, imported, importedMetrics }: RegistrySource): TelemetryRegistry {
    if (files['manifest.yaml'] === undefined) this.problems.add('manifest.yaml', 'the file is missing')
    for (const [file, text] of Object.entries(files)) {
      if (file === 'manifest.yaml') this.#manifest(this.#yaml(file, text))
      else this.#file(file, this.#yaml(file, text))
    }
    const importedNode = this.problems.mapping(
      IMPORTED_ATTRIBUTES,
      this.#yaml(IMPORTED_ATTRIBUTES, imported),
      ['attributes'],
      ['attributes'],
    )
    if (importedNode !== undefined) this.#attributes.define(IMPORTED_ATTRIBUTES, importedNode, '', true)
    if (importedMetrics !== undefined) this.#importedMetrics(this.#yaml(IMPORTED_METRICS, importedMetrics))
    for (const [metric, file] of this.#imports) {
      if (!this.#groups.has(`metric.${metric}`))
        this.problems.add(file, `imports metric "${metric}", which ${IMPORTED_METRICS} does not have`)
    }
    // All definitions first: a file may refer to what a later one defines.
    for (const group of this.#groups.values())
      this.#attributes.define(group.where, group.node, group.area, false)
    for (const group of this.#groups.values()) this.#resolve(group)
    for (const { name, area } of [...this.#metrics, ...this.#spans, ...this.#events])
      if (!this.#areas.some(({ name: titled }) => titled === area))
        this.problems.add(
          `${area}.yaml`,
          `has no attribute_group with a display_name: the reference would leave ${name} out`,
        )
    // Any other problem may be why an attribute seems to be unused.
    if (this.problems.list.length === 0) this.#attributes.reportUnused()
    return {
      areas: this.#areas,
      attributes: this.#attributes.all(),
      metrics: this.#metrics,
      spans: this.#spans,
      events: this.#events,
    }
  }

  #yaml(file: string, text: string): unknown {
    try {
      return parse(text)
    } catch (error) {
      const [firstLine = ''] = (error as Error).message.split('\n')
      this.problems.add(file, `is not YAML: ${firstLine.replace(/:$/, '')}`)
      return undefined
    }
  }

  #manifest(value: unknown): void {
    if (value === undefined) return
    const known = ['name', 'description', 'schema_url', 'dependencies']
    const node = this.problems.mapping('manifest.yaml', value, known, ['name', 'schema_url'])
    for (const dependency of node === undefined
      ? []
      : this.problems.items('manifest.yaml', node, 'dependencies')) {
      const where = 'manifest.yaml: dependencies'
      this.problems.mapping(where, dependency, ['schema_url', 'registry_path'], ['schema_url'])
    }
  }

  #file(file: string, value: unknown): void {
    if (value === undefined) return
    const node = this.problems.mapping(file, value, ['groups', 'imports'], ['groups'])
    if (node === undefined) return
    const area = file.replace(/\.yaml$/, '')
    for (const item of this.problems.items(file, node, 'groups')) this.#group(file, area, item, false)
    if (node['imports'] === undefined) return
    const where = `${file}: imports`
    const imports = this.problems.mapping(where, node['imports'], ['metrics'], ['metrics'])
    for (const metric of imports === undefined ? [] : this.problems.items(where, imports, 'metrics'))
      this.#imports.set(String(metric), file)
  }

  #importedMetrics(value: unknown): void {
    const node = this.problems.mapping(IMPORTED_METRICS, value, ['groups'], ['groups'])
    for (const item of node === undefined ? [] : this.problems.items(IMPORTED_METRICS, node, 'groups')) {
      const name = String((item as Node | null)?.['metric_name'])
      const file = this.#imports.get(name)
      if (file === undefined) this.problems.add(IMPORTED_METRICS, `no file imports metric "${name}"`)
      else this.#group(IMPORTED_METRICS, file.replace(/\.yaml$/, ''), item, true)
    }
  }

  #group(file: string, area: string, value: unknown, imported: boolean): void {
    const id = (value as Node | null)?.['id']
    const where = typeof id === 'string' ? `${file}: ${id}` : file
    const type = (value as Node | null)?.['type']
    if (!isGroupType(type)) {
      this.problems.add(
        where,
        `field "type" must be one of ${Object.keys(FIELDS_OF_TYPE).join(', ')}, got ${shown(type)}`,
      )
      return
    }
    const required = ['id', 'brief', ...(type === 'attribute_group' ? ['attributes'] : ['stability'])]
    const own = type === 'attribute_group' ? [] : FIELDS_OF_TYPE[type]
    const node = this.problems.mapping(
      where,
      value,
      [...GROUP_FIELDS, ...FIELDS_OF_TYPE[type]],
      [...required, ...own],
    )
    if (node === undefined || typeof id !== 'string') return
    if (this.#groups.has(id)) this.problems.add(where, `group "${id}" is defined twice`)
    this.problems.word(where, node, 'stability', STABILITIES)
    this.#checkBrief(where, node)
    this.#groups.set(id, { where, area, id, type, node, imported })
  }

  #checkBrief(where: string, node: Node): void {
    const brief = this.problems.text(where, node, 'brief')
    if (brief !== '' && !brief.endsWith('.'))
      this.problems.add(where, `field "brief" must be a sentence: "${brief}" has no full stop`)
  }

  #resolve(group: Group): void {
    if (group.type === 'metric') this.#metric(group)
    else if (group.type === 'span') this.#span(group)
    else if (group.type === 'event') this.#event(group)
    else {
      this.#uses(group, false)
      const title = this.problems.text(group.where, group.node, 'display_name')
      const brief = this.problems.text(group.where, group.node, 'brief')
      if (title !== '') this.#areas.push({ name: group.area, title, brief })
    }
  }

  #metric(group: Group): void {
    const { where, area, id, node, imported } = group
    const name = this.problems.text(where, node, 'metric_name')
    const instrument = this.problems.word(where, node, 'instrument', [
      'counter',
      'updowncounter',
      'gauge',
      'histogram',
    ])
    const unit = this.problems.text(where, node, 'unit')
    if (name !== '' && id !== `metric.${name}`)
      this.problems.add(where, `id must be "metric.${name}", after its metric_name`)
    if (name !== '' && !imported) {
      for (const problem of [
        rules.namespacedName(name),
        rules.ownPrefix(name),
        ...rules.metricName({ name, instrument, unit }),
      ]) {
        if (problem !== undefined) this.problems.add(where, problem)
      }
    }
    const badUnit = unit === '' ? undefined : rules.metricUnit(unit)
    if (badUnit !== undefined) this.problems.add(where, badUnit)
    const attributes = this.#uses(group, true)
    for (const { attribute } of attributes) {
      if (attribute.spanOnly)
        this.problems.add(
          where,
          `attribute "${attribute.id}" is of high cardinality, for spans and events only`,
        )
    }
    this.#metrics.push({
      name,
      instrument,
      unit,
      brief: this.problems.text(where, node, 'brief'),
      note: this.problems.text(where, node, 'note'),
      attributes,
      boundaries: this.#boundaries(where, node, instrument === 'histogram'),
      area,
    })
  }

  #span(group: Group): void {
    const { where, node, id, area } = group
    const kind = this.problems.word(where, node, 'span_kind', [
      'internal',
      'client',
      'server',
      'producer',
      'consumer',
    ])
    if (!id.startsWith('span.')) this.problems.add(where, 'id must be "span." and the name of the span')
    const name = id.replace(/^span\./, '')
    const problem = rules.namespacedName(name)
    if (problem !== undefined) this.problems.add(where, problem)
    const brief = this.problems.text(where, node, 'brief')
    const note = this.problems.text(where, node, 'note')
    this.#spans.push({ name, kind, brief, note, attributes: this.#uses(group, true), area })
  }

  #event(group: Group): void {
    const { where, node, id, area } = group
    const name = this.problems.text(where, node, 'name')
    if (id !== `event.${name}`) this.problems.add(where, `id must be "event.${name}", after its name`)
    for (const problem of [rules.namespacedName(name), rules.ownPrefix(name)])
      if (problem !== undefined) this.problems.add(where, problem)
    const brief = this.problems.text(where, node, 'brief')
    const note = this.problems.text(where, node, 'note')
    this.#events.push({ name, brief, note, attributes: this.#uses(group, true), area })
  }

  /** The attributes a group refers to, those of the group it extends first. */
  #uses({ where, node }: Group, counts: boolean): AttributeUse[] {
    const base = this.problems.text(where, node, 'extends')
    const baseGroup = this.#groups.get(base)
    if (base !== '' && baseGroup?.type !== 'attribute_group') {
      this.problems.add(where, `extends "${base}", which is no attribute_group of this registry`)
    }
    const inherited =
      baseGroup?.type === 'attribute_group'
        ? this.#attributes.uses(baseGroup.where, baseGroup.node, counts)
        : []
    const own = this.#attributes.uses(where, node, counts)
    for (const { attribute } of own) {
      if (inherited.some(use => use.attribute === attribute)) {
        this.problems.add(where, `attribute "${attribute.id}" is already that of "${base}", which it extends`)
      }
    }
    return [...inherited, ...own]
  }

  #boundaries(where: string, node: Node, isHistogram: boolean): number[] {
    const annotations = this.problems.annotations(where, node, ['boundaries'])
    const boundaries = this.problems.items(where, annotations, 'boundaries')
    if (!isHistogram && boundaries.length > 0) this.problems.add(where, 'boundaries are for histograms only')
    if (isHistogram && boundaries.length === 0)
      this.problems.add(where, 'a histogram needs annotations.leasehold.boundaries')
    const isAscending = boundaries.every((bound, i) => {
      return (
        typeof bound === 'number' &&
        Number.isFinite(bound) &&
        (i === 0 || bound > (boundaries[i - 1] as number))
      )
    })
    if (!isAscending) this.problems.add(where, 'boundaries must be finite numbers in ascending order')
    return boundaries as number[]
  }
}

function isGroupType(type: unknown): type is keyof typeof FIELDS_OF_TYPE {
  return typeof type === 'string' && Object.hasOwn(FIELDS_OF_TYPE, type)
}
