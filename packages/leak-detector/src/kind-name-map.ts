/** Something for each pair of kind and name: found without joining the two, as leaks may come by the million. */
export class KindNameMap<V> {
  readonly #byKind: Map<string, Map<string, V>> = new Map()
  readonly #create: (kind: string, name: string) => V

  constructor(create: (kind: string, name: string) => V) {
    this.#create = create
  }

  of(kind: string, name: string): V {
    let byName = this.#byKind.get(kind)
    if (byName === undefined) this.#byKind.set(kind, (byName = new Map()))
    let value = byName.get(name)
    if (value === undefined) byName.set(name, (value = this.#create(kind, name)))
    return value
  }

  peek(kind: string, name: string): V | undefined {
    return this.#byKind.get(kind)?.get(name)
  }

  *values(): Generator<V> {
    for (const byName of this.#byKind.values()) yield* byName.values()
  }
}
