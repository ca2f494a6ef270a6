import { MAX_GROUPS, OTHER } from '../group-limit.ts'

/**
 * The figures that a package keeps by the names of what it tells of, for the process's life: a counter that fell would be
 * a lie. So many names are told apart as core tells groups apart (384); what comes beyond is counted under `_OTHER`.
 */
export class SeriesByName<Series> implements Iterable<Series> {
  readonly #create: (name: string) => Series
  readonly #series: Map<string, Series> = new Map()

  constructor(create: (name: string) => Series) {
    this.#create = create
  }

  /** That of the name, made when it is first asked for. */
  of(name: string): Series {
    const known = this.#series.get(name)
    if (known !== undefined) return known
    const key = this.#series.size < MAX_GROUPS ? name : OTHER
    let found = this.#series.get(key)
    if (found === undefined) this.#series.set(key, (found = this.#create(key)))
    return found
  }

  [Symbol.iterator](): Iterator<Series> {
    return this.#series.values()
  }
}
