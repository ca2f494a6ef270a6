import assert from 'node:assert/strict'
import { generateTelemetryFiles } from '../../telemetry/generate.ts'
import { parseRecipes } from '../../telemetry/recipe-book.ts'
import { RegistryError } from '../../telemetry/registry-model.ts'
import { parseRegistry } from '../../telemetry/registry-reader.ts'
import type { RegistrySource } from '../../telemetry/registry-reader.ts'
import { checkFiles, differingFiles } from '../../scripts/generated-files.ts'

const MANIFEST = 'name: test\nschema_url: https://leasehold.example/schemas/0.1.0\n'
const IMPORTED =
  'attributes:\n  - { id: error.type, type: string, stability: stable, brief: Why., examples: [TypeError] }\n'
/** Neither its prefix nor its last word would do for one of ours. */
const IMPORTED_METRICS = `
groups:
  - id: metric.db.client.wait_time
    type: metric
    metric_name: db.client.wait_time
    stability: development
    brief: How long.
    instrument: histogram
    unit: s
    attributes:
      - ref: error.type
        requirement_level: required
    annotations: { leasehold: { boundaries: [1] } }
`
const GOOD = `
groups:
  - id: registry.area
    type: attribute_group
    display_name: An area
    brief: All of it.
    attributes:
      - id: leasehold.kind
        type: string
        stability: development
        brief: What is held.
        examples: [pool.loan]
      - id: leasehold.mode
        stability: development
        brief: How.
        type:
          members:
            - { id: fast, value: fast, stability: development, brief: Fast. }
            - { id: slow, value: slow, stability: development, brief: Slow. }
      - id: leasehold.serial
        type: int
        stability: development
        brief: Which.
        annotations: { leasehold: { span_only: true } }
  - id: attributes.common
    type: attribute_group
    brief: Those of all.
    attributes:
      - { ref: leasehold.kind, requirement_level: required }
  - id: metric.leasehold.leaks
    type: metric
    metric_name: leasehold.leaks
    stability: development
    brief: Leaks.
    instrument: counter
    unit: '{leak}'
    extends: attributes.common
    attributes:
      - ref: leasehold.mode
      - ref: error.type
        requirement_level: { conditionally_required: on failure }
  - id: metric.leasehold.wait.duration
    type: metric
    metric_name: leasehold.wait.duration
    stability: development
    brief: How long.
    instrument: histogram
    unit: s
    annotations: { leasehold: { boundaries: [0.1, 1] }, of_another_tool: 1 }
  - id: span.lease.wait
    type: span
    span_kind: internal
    stability: development
    brief: One wait.
    attributes:
      - { ref: leasehold.serial, requirement_level: opt_in }
`

const EVENT = `  - id: event.leasehold.alarm
    type: event
    name: leasehold.alarm
    stability: development
    brief: It rings.
    attributes:
      - { ref: leasehold.serial, requirement_level: opt_in }
`

function source(area: string, more: Partial<RegistrySource> = {}): RegistrySource {
  return { files: { 'manifest.yaml': MANIFEST, 'area.yaml': area }, imported: IMPORTED, ...more }
}

function problemsOf(registry: RegistrySource): readonly string[] {
  try {
    parseRegistry(registry)
    return []
  } catch (error) {
    assert(error instanceof RegistryError)
    return error.problems
  }
}

/** Replaces exactly one occurrence in the good registry. */
function change(from: string, to: string): RegistrySource {
  assert.equal(GOOD.split(from).length, 2, `"${from}" must occur once`)
  return source(GOOD.replace(from, to))
}

const LEAKS = 'area.yaml: metric.leasehold.leaks'
const WAIT = 'area.yaml: metric.leasehold.wait.duration'

/** Renames the counter, its id with it, and its unit and instrument where told. */
function counter(name: string, unit: string = "'{leak}'", instrument: string = 'counter'): RegistrySource {
  const text = GOOD.replaceAll('leasehold.leaks', name).replace("'{leak}'", unit)
  return source(text.replace('instrument: counter', `instrument: ${instrument}`))
}

const BAD: [what: string, registry: RegistrySource, ...problems: string[]][] = [
  [
    'a group with an unknown field',
    change("unit: '{leak}'", "unit: '{leak}'\n    units: x"),
    `${LEAKS}: unknown field "units"; known are id, type, brief, note, stability, extends, attributes, annotations, metric_name, instrument, unit`,
  ],
  [
    'an attribute with an unknown field',
    change('examples: [pool.loan]', 'examples: [pool.loan]\n        sample: 1'),
    'area.yaml: registry.area: leasehold.kind: unknown field "sample"; known are id, type, brief, note, stability, examples, annotations',
  ],
  [
    'a reference with an unknown field',
    change('- ref: leasehold.mode', '- { ref: leasehold.mode, level: required }'),
    `${LEAKS}: ref "leasehold.mode": unknown field "level"; known are ref, requirement_level, brief, note`,
  ],
  [
    'an unknown annotation of ours',
    change('boundaries: [0.1, 1] }', 'boundaries: [0.1, 1], bounds: [1] }'),
    `${WAIT}: annotations.leasehold: unknown field "bounds"; known are boundaries`,
  ],
  [
    'annotations that are no mapping',
    change('annotations: { leasehold: { boundaries: [0.1, 1] }, of_another_tool: 1 }', 'annotations: 3'),
    `${WAIT}: field "annotations" must be a mapping, got 3`,
    `${WAIT}: a histogram needs annotations.leasehold.boundaries`,
  ],
  ['a metric without a unit', change("    unit: '{leak}'\n", ''), `${LEAKS}: field "unit" is missing`],
  [
    'a group without a type',
    change('type: span\n', 'kind: span\n'),
    'area.yaml: span.lease.wait: field "type" must be one of attribute_group, metric, span, event, got nothing',
  ],
  [
    'a group of another type',
    change('type: span\n', 'type: entity\n'),
    'area.yaml: span.lease.wait: field "type" must be one of attribute_group, metric, span, event, got "entity"',
  ],
  [
    'an event whose id is not its name’s',
    change(
      '  - id: span.lease.wait',
      EVENT.replace('event.leasehold.alarm', 'event.other') + '  - id: span.lease.wait',
    ),
    'area.yaml: event.other: id must be "event.leasehold.alarm", after its name',
  ],
  [
    'an event that is not ours',
    change(
      '  - id: span.lease.wait',
      EVENT.replaceAll('leasehold.alarm', 'alarm.rung') + '  - id: span.lease.wait',
    ),
    'area.yaml: event.alarm.rung: name "alarm.rung" must start with "leasehold."',
  ],
  [
    'a span of no known kind',
    change('span_kind: internal', 'span_kind: inner'),
    'area.yaml: span.lease.wait: field "span_kind" must be one of internal, client, server, producer, consumer, got "inner"',
  ],
  [
    'an unknown stability',
    change('stability: development\n    brief: Leaks.', 'stability: sure\n    brief: Leaks.'),
    `${LEAKS}: field "stability" must be one of development, alpha, beta, release_candidate, stable, got "sure"`,
  ],
  [
    'a brief that is no sentence',
    change('brief: Leaks.', 'brief: Leaks'),
    `${LEAKS}: field "brief" must be a sentence: "Leaks" has no full stop`,
  ],
  [
    'a brief that is no text',
    change('brief: Leaks.', 'brief: [Leaks]'),
    `${LEAKS}: field "brief" must be a string, got ["Leaks"]`,
  ],
  [
    'attributes that are no list',
    change(
      'attributes:\n      - { ref: leasehold.serial, requirement_level: opt_in }',
      'attributes: leasehold.serial',
    ),
    'area.yaml: span.lease.wait: field "attributes" must be a list, got "leasehold.serial"',
  ],
  [
    'a dangling reference',
    change('ref: leasehold.mode', 'ref: leasehold.mood'),
    `${LEAKS}: refers to attribute "leasehold.mood", which is not defined`,
  ],
  [
    'a reference to an attribute that is not imported',
    change('ref: error.type', 'ref: error.kind'),
    `${LEAKS}: refers to attribute "error.kind", which is not defined`,
  ],
  [
    'an import of a metric that the dependency has not',
    source(GOOD + 'imports:\n  metrics: [db.client.timeouts]\n', { importedMetrics: 'groups: []\n' }),
    'area.yaml: imports metric "db.client.timeouts", which imported-metrics.yaml does not have',
  ],
  [
    'a metric of the dependency that nothing imports',
    source(GOOD, { importedMetrics: IMPORTED_METRICS }),
    'imported-metrics.yaml: no file imports metric "db.client.wait_time"',
  ],
  [
    'imports of something else',
    source(GOOD + 'imports: { spans: [] }\n'),
    'area.yaml: imports: unknown field "spans"; known are metrics',
    'area.yaml: imports: field "metrics" is missing',
  ],
  [
    'an attribute twice in a group',
    change('- ref: leasehold.mode', '- ref: leasehold.mode\n      - ref: leasehold.mode'),
    `${LEAKS}: refers to attribute "leasehold.mode" twice`,
  ],
  [
    'an attribute that the extended group has',
    change('- ref: leasehold.mode', '- ref: leasehold.mode\n      - ref: leasehold.kind'),
    `${LEAKS}: attribute "leasehold.kind" is already that of "attributes.common", which it extends`,
  ],
  [
    'a group that extends nothing',
    change('extends: attributes.common', 'extends: attributes.uncommon'),
    `${LEAKS}: extends "attributes.uncommon", which is no attribute_group of this registry`,
  ],
  [
    'an attribute defined in a metric',
    change(
      '- ref: leasehold.mode',
      '- ref: leasehold.mode\n      - { id: leasehold.depth, type: int, stability: development, brief: Deep. }',
    ),
    `${LEAKS}: attributes must be defined in an attribute_group, and referred to here`,
  ],
  [
    'an attribute defined twice',
    change(
      '- id: leasehold.serial',
      '- { id: leasehold.kind, type: int, stability: development, brief: Again. }\n      - id: leasehold.serial',
    ),
    'area.yaml: registry.area: leasehold.kind: attribute "leasehold.kind" is defined twice',
  ],
  [
    'a group defined twice',
    source(GOOD, {
      files: {
        'manifest.yaml': MANIFEST,
        'area.yaml': GOOD,
        'other.yaml':
          'groups:\n  - { id: attributes.common, type: attribute_group, brief: Again., attributes: [{ ref: leasehold.kind }] }\n',
      },
    }),
    'other.yaml: attributes.common: group "attributes.common" is defined twice',
  ],
  [
    'a member defined twice',
    change('value: slow', 'value: fast'),
    'area.yaml: registry.area: leasehold.mode: member "fast" is defined twice',
  ],
  [
    'an attribute that nothing has',
    change('- { ref: leasehold.serial, requirement_level: opt_in }', '- ref: leasehold.kind'),
    'area.yaml: registry.area: leasehold.serial: no metric, span or event has this attribute',
  ],
  [
    'a string without examples',
    change('        examples: [pool.loan]\n', ''),
    'area.yaml: registry.area: leasehold.kind: a string needs examples',
  ],
  [
    'an unknown attribute type',
    change('type: int', 'type: integer'),
    'area.yaml: registry.area: leasehold.serial: field "type" must be one of string, int, double, boolean, string[], int[], double[], boolean[], got "integer"',
  ],
  [
    'an unknown requirement level',
    change('requirement_level: opt_in', 'requirement_level: never'),
    'area.yaml: span.lease.wait: ref "leasehold.serial": field "requirement_level" must be one of recommended, required, opt_in, got "never"',
  ],
  [
    'a span-only mark that is no boolean',
    change('span_only: true', "span_only: 'yes'"),
    'area.yaml: registry.area: leasehold.serial: annotation "span_only" must be true or false, got "yes"',
  ],
  [
    'a span-only attribute on a metric',
    change('- ref: leasehold.mode', '- ref: leasehold.mode\n      - ref: leasehold.serial'),
    `${LEAKS}: attribute "leasehold.serial" is of high cardinality, for spans and events only`,
  ],
  [
    'an attribute of another prefix',
    source(GOOD.replaceAll('leasehold.mode', 'mode.of_it')),
    'area.yaml: registry.area: mode.of_it: name "mode.of_it" must start with "leasehold."',
  ],
  [
    'an attribute in camel case',
    source(GOOD.replaceAll('leasehold.mode', 'leasehold.theMode')),
    'area.yaml: registry.area: leasehold.theMode: name "leasehold.theMode" must be lower-case words joined by "_" and, between namespaces, by "."',
  ],
  [
    'a metric whose id is not its name',
    change('id: metric.leasehold.leaks', 'id: metric.leaks'),
    'area.yaml: metric.leaks: id must be "metric.leasehold.leaks", after its metric_name',
  ],
  [
    'a metric of another prefix',
    counter('tenancy.leaks'),
    'area.yaml: metric.tenancy.leaks: name "tenancy.leaks" must start with "leasehold."',
  ],
  [
    'a counter in the singular',
    counter('leasehold.leak'),
    'area.yaml: metric.leasehold.leak: name "leasehold.leak" counts things, so its last word must be plural',
  ],
  [
    'a counter named _total',
    counter('leasehold.leaks_total'),
    'area.yaml: metric.leasehold.leaks_total: name "leasehold.leaks_total" must not contain "total": exporters add it',
    'area.yaml: metric.leasehold.leaks_total: name "leasehold.leaks_total" counts things, so its last word must be plural',
  ],
  [
    'a unit in the name',
    counter('leasehold.read.bytes', 'By'),
    'area.yaml: metric.leasehold.read.bytes: name "leasehold.read.bytes" must not contain the unit "bytes": exporters add it',
  ],
  [
    'another unit in the name',
    counter('leasehold.wait_ms', 's', 'gauge'),
    'area.yaml: metric.leasehold.wait_ms: name "leasehold.wait_ms" must not contain the unit "ms": exporters add it',
  ],
  [
    'a plural up-down counter',
    counter('leasehold.leaks', "'{leak}'", 'updowncounter'),
    `${LEAKS}: name "leasehold.leaks" is of an updowncounter, so its last word must not be plural: say ".count" or the like`,
  ],
  [
    'a plural thing as unit',
    counter('leasehold.leaks', "'{leaks}'"),
    `${LEAKS}: unit "{leaks}" must be singular: "{leak}"`,
  ],
  [
    'an unknown unit',
    counter('leasehold.leaks', 'ms'),
    `${LEAKS}: unit "ms" must be "s", "By", "1" or a thing in braces such as "{lease}"`,
  ],
  [
    'an unknown instrument',
    change('instrument: counter', 'instrument: meter'),
    `${LEAKS}: field "instrument" must be one of counter, updowncounter, gauge, histogram, got "meter"`,
  ],
  [
    'a histogram of seconds that is no duration',
    source(GOOD.replaceAll('leasehold.wait.duration', 'leasehold.wait.time')),
    'area.yaml: metric.leasehold.wait.time: name "leasehold.wait.time" is a histogram of seconds, so it must end in ".duration"',
  ],
  [
    'a histogram without boundaries',
    change('leasehold: { boundaries: [0.1, 1] }', 'leasehold: {}'),
    `${WAIT}: a histogram needs annotations.leasehold.boundaries`,
  ],
  [
    'boundaries out of order',
    change('[0.1, 1]', '[1, 0.1]'),
    `${WAIT}: boundaries must be finite numbers in ascending order`,
  ],
  [
    'boundaries that are no numbers',
    change('[0.1, 1]', '[0.1, .inf]'),
    `${WAIT}: boundaries must be finite numbers in ascending order`,
  ],
  [
    'boundaries of a counter',
    change(
      'extends: attributes.common',
      'extends: attributes.common\n    annotations: { leasehold: { boundaries: [1] } }',
    ),
    `${LEAKS}: boundaries are for histograms only`,
  ],
  [
    'a span whose id does not say so',
    source(GOOD.replace('id: span.lease.wait', 'id: lease.wait')),
    'area.yaml: lease.wait: id must be "span." and the name of the span',
  ],
  [
    'a span in camel case',
    source(GOOD.replace('id: span.lease.wait', 'id: span.leaseWait')),
    'area.yaml: span.leaseWait: name "leaseWait" must be lower-case words joined by "_" and, between namespaces, by "."',
  ],
  [
    'a file that is not YAML',
    source('groups: [', {}),
    'area.yaml: is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 10',
  ],
  [
    'a file with something else',
    source('metrics: []\n'),
    'area.yaml: unknown field "metrics"; known are groups, imports',
    'area.yaml: field "groups" is missing',
  ],
  ['a file that is a list', source('- 1\n'), 'area.yaml: must be a mapping, got [1]'],
  [
    'a group that is null',
    source(GOOD + '  -\n'),
    'area.yaml: field "type" must be one of attribute_group, metric, span, event, got nothing',
  ],
  ['no manifest', source(GOOD, { files: { 'area.yaml': GOOD } }), 'manifest.yaml: the file is missing'],
  [
    'a manifest without a name',
    source(GOOD, { files: { 'manifest.yaml': MANIFEST.replace('name: test\n', ''), 'area.yaml': GOOD } }),
    'manifest.yaml: field "name" is missing',
  ],
  [
    'a dependency that is not identified',
    source(GOOD, {
      files: { 'manifest.yaml': `${MANIFEST}dependencies: [{ name: otel }]\n`, 'area.yaml': GOOD },
    }),
    'manifest.yaml: dependencies: unknown field "name"; known are schema_url, registry_path',
    'manifest.yaml: dependencies: field "schema_url" is missing',
  ],
]

describe('telemetry registry', () => {
  it('reads a good registry whole', () => {
    const registry = parseRegistry(source(GOOD))
    assert.deepEqual(
      registry.metrics.map(metric => [
        metric.name,
        metric.attributes.map(use => [use.attribute.id, use.level]),
      ]),
      [
        [
          'leasehold.leaks',
          [
            ['leasehold.kind', 'required'],
            ['leasehold.mode', 'recommended'],
            ['error.type', 'on failure'],
          ],
        ],
        ['leasehold.wait.duration', []],
      ],
    )
    assert.deepEqual(registry.metrics[1]?.boundaries, [0.1, 1])
    assert.deepEqual(
      registry.spans.map(span => span.name),
      ['lease.wait'],
    )
    assert.deepEqual(registry.events, [])
    assert.deepEqual(registry.areas, [{ name: 'area', title: 'An area', brief: 'All of it.' }])
  })

  it('has its events, with what is too much for a metric', () => {
    const { events } = parseRegistry(source(GOOD + EVENT))
    assert.deepEqual(
      events.map(({ name, attributes }) => [name, attributes.map(({ attribute }) => attribute.id)]),
      [['leasehold.alarm', ['leasehold.serial']]],
    )
  })

  for (const [what, registry, ...problems] of BAD) {
    it(`refuses ${what}`, () => assert.deepEqual(problemsOf(registry), problems))
  }

  it('names all problems in its message', () => {
    const bad = source(GOOD.replace('brief: Leaks.', 'brief: Leaks').replace('[0.1, 1]', '[1, 0.1]'))
    assert.throws(() => parseRegistry(bad), {
      name: 'RegistryError',
      message:
        'the telemetry registry has 2 problem(s):\n' +
        `  ${LEAKS}: field "brief" must be a sentence: "Leaks" has no full stop\n` +
        `  ${WAIT}: boundaries must be finite numbers in ascending order`,
    })
  })
})

describe('telemetry recipes', () => {
  const recipe = (promql: string): string => `recipes:\n  - question: Why?\n    promql: '${promql}'\n`
  const registry = parseRegistry(source(GOOD))

  it('takes names that the registry has', () => {
    const promql =
      'sum by (leasehold_kind, error_type) (rate(leasehold_leaks_total[5m])) / leasehold_wait_duration_seconds_sum'
    assert.deepEqual(parseRecipes(recipe(promql), registry), [{ question: 'Why?', promql, note: '' }])
  })

  for (const word of [
    'leasehold_leaks',
    'leasehold_wait_duration_bucket',
    'leasehold_serial',
    'error_kind',
  ]) {
    it(`refuses ${word}`, () => {
      assert.throws(() => parseRecipes(recipe(`sum(${word})`), registry), {
        problems: [`recipes.yaml: Why?: "${word}" is no metric or label of the registry`],
      })
    })
  }
})

describe('what is generated from the telemetry registry', () => {
  it('is what is committed', () => assert.deepEqual(differingFiles(generateTelemetryFiles()), []))

  it('is the same each time', () => assert.deepEqual(generateTelemetryFiles(), generateTelemetryFiles()))

  it('is named where it differs', () => {
    const files = new Map([...generateTelemetryFiles()].map(([path, content]) => [path, content + '\n']))
    files.set('docs/no-such-file.md', '')
    const lines: string[] = []
    const { error } = console
    console.error = (line: string) => lines.push(line)
    try {
      assert.equal(checkFiles(files), 1)
      assert.equal(checkFiles(generateTelemetryFiles()), 0)
    } finally {
      console.error = error
    }
    assert.ok(files.has('packages/core/src/telemetry/names.generated.ts') && files.has('docs/telemetry.md'))
    assert.deepEqual(
      lines,
      [...files.keys()].map(file => `${file} differs from what is generated`),
    )
  })
})
