/** The attributes of a registry: their definitions, and who refers to them. */
import * as rules from './naming-rules.ts'
import type { Attribute, AttributeUse, Member } from './registry-model.ts'
import type { Node, Problems } from './yaml-shape.ts'
import { shown } from './yaml-shape.ts'

const DEFINITION_FIELDS = ['id', 'type', 'brief', 'note', 'stability', 'examples', 'annotations']
const REFERENCE_FIELDS = ['ref', 'requirement_level', 'brief', 'note']
const MEMBER_FIELDS = ['id', 'value', 'brief', 'note', 'stability']
const TYPES = ['string', 'int', 'double', 'boolean', 'string[]', 'int[]', 'double[]', 'boolean[]'] as const
const LEVELS = ['recommended', 'required', 'opt_in'] as const

export class AttributeTable {
  readonly #problems: Problems
  readonly #byId: Map<string, { attribute: Attribute; where: string }> = new Map()
  readonly #used: Set<string> = new Set()

  constructor(problems: Problems) {
    this.#problems = problems
  }

  all(): Attribute[] {
    return [...this.#byId.values()].map(({ attribute }) => attribute)
  }

  /** Takes in the attributes that a group defines; what it refers to is for {@link uses}. */
  define(group: string, node: Node, area: string, imported: boolean): void {
    for (const item of this.#problems.items(group, node, 'attributes')) {
      if (isReference(item)) continue
      const id = (item as Node | null)?.['id']
      const where = typeof id === 'string' ? `${group}: ${id}` : `${group}: attributes`
      const definition = this.#problems.mapping(where, item, DEFINITION_FIELDS, [
        'id',
        'type',
        'brief',
        'stability',
      ])
      if (definition === undefined || typeof id !== 'string') continue
      if (this.#byId.has(id)) this.#problems.add(where, `attribute "${id}" is defined twice`)
      for (const problem of [rules.namespacedName(id), imported ? undefined : rules.ownPrefix(id)]) {
        if (problem !== undefined) this.#problems.add(where, problem)
      }
      this.#byId.set(id, { attribute: this.#attribute(where, id, definition, area, imported), where })
    }
  }

  /** @param counts whether it is a use by a metric or a span, and not by a group that nobody may extend */
  uses(group: string, node: Node, counts: boolean): AttributeUse[] {
    const uses: AttributeUse[] = []
    for (const item of this.#problems.items(group, node, 'attributes')) {
      if (!isReference(item)) {
        if (counts)
          this.#problems.add(group, 'attributes must be defined in an attribute_group, and referred to here')
        continue
      }
      const reference = this.#problems.mapping(`${group}: ref ${shown(item.ref)}`, item, REFERENCE_FIELDS, [])
      const attribute = this.#byId.get(String(item.ref))?.attribute
      if (attribute === undefined)
        this.#problems.add(group, `refers to attribute ${shown(item.ref)}, which is not defined`)
      else if (reference !== undefined) {
        if (uses.some(use => use.attribute === attribute)) {
          this.#problems.add(group, `refers to attribute "${attribute.id}" twice`)
        }
        if (counts) this.#used.add(attribute.id)
        uses.push({ attribute, level: this.#level(`${group}: ref "${attribute.id}"`, reference) })
      }
    }
    return uses
  }

  reportUnused(): void {
    for (const [id, { where }] of this.#byId) {
      if (!this.#used.has(id)) this.#problems.add(where, 'no metric, span or event has this attribute')
    }
  }

  #attribute(where: string, id: string, node: Node, area: string, imported: boolean): Attribute {
    const isEnum = typeof node['type'] === 'object' && node['type'] !== null
    const annotations = this.#problems.annotations(where, node, ['span_only'])
    const spanOnly = annotations['span_only']
    if (spanOnly !== undefined && typeof spanOnly !== 'boolean') {
      this.#problems.add(where, `annotation "span_only" must be true or false, got ${shown(spanOnly)}`)
    }
    const type = isEnum ? 'enum' : this.#problems.word(where, node, 'type', TYPES)
    const examples = this.#problems.items(where, node, 'examples') as Attribute['examples']
    if (node['type'] === 'string' && examples.length === 0)
      this.#problems.add(where, 'a string needs examples')
    return {
      id,
      type,
      brief: this.#problems.text(where, node, 'brief'),
      note: this.#problems.text(where, node, 'note'),
      examples,
      members: isEnum ? this.#members(where, node['type']) : [],
      spanOnly: spanOnly === true,
      imported,
      area,
    }
  }

  #members(where: string, type: unknown): Member[] {
    const node = this.#problems.mapping(`${where}: type`, type, ['members'], ['members'])
    const members: Member[] = []
    for (const item of node === undefined ? [] : this.#problems.items(where, node, 'members')) {
      const member = this.#problems.mapping(
        `${where}: members`,
        item,
        MEMBER_FIELDS,
        MEMBER_FIELDS.filter(f => f !== 'note'),
      )
      if (member === undefined) continue
      const text = (field: string): string => this.#problems.text(`${where}: members`, member, field)
      const value = text('value')
      if (members.some(other => other.value === value))
        this.#problems.add(where, `member "${value}" is defined twice`)
      members.push({ id: text('id'), value, brief: text('brief') })
    }
    return members
  }

  #level(where: string, node: Node): string {
    const level = node['requirement_level']
    if (typeof level !== 'object' || level === null)
      return this.#problems.word(where, node, 'requirement_level', LEVELS)
    const condition = this.#problems.mapping(
      where,
      level,
      ['conditionally_required'],
      ['conditionally_required'],
    )
    return condition === undefined ? '' : this.#problems.text(where, condition, 'conditionally_required')
  }
}

function isReference(item: unknown): item is Node & { ref: unknown } {
  return typeof item === 'object' && item !== null && 'ref' in item
}
