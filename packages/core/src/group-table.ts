import { DefaultThreshold } from './default-threshold.ts'
import { safeText } from './foreign-value.ts'
import { countedAs } from './group-limit.ts'
import { LeaseGroup } from './lease-group.ts'
import type { LeaseTerms } from './lease-terms.ts'

/** A group, and the terms last used in it. */
export interface GroupEntry {
  readonly group: LeaseGroup
  terms: LeaseTerms | undefined
}

/** The groups of a registry, found by kind and name as the program wrote them. */
export class GroupTable {
  /** Those in the exported metrics; one array for ever, telemetry reads it. */
  readonly exported: LeaseGroup[] = []
  readonly #unexported: LeaseGroup[] = []
  readonly #entries: Map<string, Map<string, GroupEntry>> = new Map()
  readonly #unexportedEntries: Map<string, Map<string, GroupEntry>> = new Map()
  readonly #threshold: DefaultThreshold
  #size: number = 0

  /** @param threshold the registry's */
  constructor(threshold: DefaultThreshold = new DefaultThreshold()) {
    this.#threshold = threshold
  }

  /** The entry of a kind and name, new if need be. `isExported` tells groups apart too. */
  entry(kind: string, name: string, isExported: boolean): GroupEntry {
    const byKind = isExported ? this.#entries : this.#unexportedEntries
    const known = byKind.get(kind)?.get(name)
    if (known !== undefined) return known
    const counted = countedAs({ kind, name }, this.#size, byKind.get(kind))
    if (counted.kind !== kind || counted.name !== name) {
      return this.entry(counted.kind, counted.name, isExported)
    }
    const entry = { group: this.#group(safeText(kind), safeText(name), isExported), terms: undefined }
    let byName = byKind.get(kind)
    if (byName === undefined) byKind.set(kind, (byName = new Map()))
    byName.set(name, entry)
    this.#size++
    return entry
  }

  *all(): Generator<LeaseGroup> {
    yield* this.exported
    yield* this.#unexported
  }

  /** Terms are made of the registry's settings; after a change of those, anew. */
  forgetTerms(): void {
    for (const table of [this.#entries, this.#unexportedEntries]) {
      for (const byName of table.values()) for (const entry of byName.values()) entry.terms = undefined
    }
  }

  /** Two names that are written alike once escaped and cut are one group. */
  #group(kind: string, name: string, isExported: boolean): LeaseGroup {
    const groups = isExported ? this.exported : this.#unexported
    let group = groups.find(other => other.kind === kind && other.name === name)
    if (group === undefined) groups.push((group = new LeaseGroup(kind, name, isExported, this.#threshold)))
    return group
  }
}
