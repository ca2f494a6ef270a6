/** Looks at parsed YAML without trusting it: every look names the place, and notes a problem instead of throwing. */

export type Node = Record<string, unknown>

export class Problems {
  readonly list: string[] = []

  /** Once: what several look at is still one problem. */
  add(where: string, what: string): void {
    const problem = `${where}: ${what}`
    if (!this.list.includes(problem)) this.list.push(problem)
  }

  /** `value` as a mapping with no other than the `known` fields, all of the `required` ones present. */
  mapping(
    where: string,
    value: unknown,
    known: readonly string[],
    required: readonly string[],
  ): Node | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.add(where, `must be a mapping, got ${shown(value)}`)
      return undefined
    }
    const node = value as Node
    for (const field of Object.keys(node)) {
      if (!known.includes(field)) this.add(where, `unknown field "${field}"; known are ${known.join(', ')}`)
    }
    for (const field of required) {
      if (node[field] === undefined || node[field] === null) this.add(where, `field "${field}" is missing`)
    }
    return node
  }

  /** The text of a field, on one line; empty where it is absent. */
  text(where: string, node: Node, field: string): string {
    const value = node[field]
    if (value === undefined || value === null) return ''
    if (typeof value === 'string') return value.replace(/\s+/g, ' ').trim()
    this.add(where, `field "${field}" must be a string, got ${shown(value)}`)
    return ''
  }

  /** A field that is one of a few words; the first of them where it is wrong, so that checking can go on. */
  word<W extends string>(where: string, node: Node, field: string, words: readonly [W, ...W[]]): W {
    const value = node[field]
    const word = words.find(candidate => candidate === value)
    if (word !== undefined) return word
    if (value !== undefined && value !== null) {
      this.add(where, `field "${field}" must be one of ${words.join(', ')}, got ${shown(value)}`)
    }
    return words[0]
  }

  /** Our own annotations, `annotations.leasehold`; those of other tools are none of our business. */
  annotations(where: string, node: Node, known: readonly string[]): Node {
    const annotations = node['annotations']
    if (annotations === undefined || annotations === null) return {}
    if (typeof annotations !== 'object')
      this.add(where, `field "annotations" must be a mapping, got ${shown(annotations)}`)
    const own = (annotations as Node)['leasehold']
    return own === undefined ? {} : (this.mapping(`${where}: annotations.leasehold`, own, known, []) ?? {})
  }

  /** The items of a field; none where it is absent. */
  items(where: string, node: Node, field: string): unknown[] {
    const value = node[field]
    if (value === undefined || value === null) return []
    if (Array.isArray(value)) return value as unknown[]
    this.add(where, `field "${field}" must be a list, got ${shown(value)}`)
    return []
  }
}

export function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}
