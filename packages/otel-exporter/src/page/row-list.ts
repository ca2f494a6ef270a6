/** One row's elements, made once and shown anew each second. */
export interface RowView<T> {
  readonly root: HTMLElement
  show(row: T): void
}

/**
 * Rows that stay the same elements for as long as their key is shown: the focus, an open stack and selected text
 * survive what comes in each second.
 */
export class RowList<T> {
  readonly #parent: HTMLElement
  readonly #key: (row: T) => string
  readonly #make: () => RowView<T>
  #views: Map<string, RowView<T>> = new Map()

  constructor(parent: HTMLElement, key: (row: T) => string, make: () => RowView<T>) {
    this.#parent = parent
    this.#key = key
    this.#make = make
  }

  show(rows: readonly T[]): void {
    const views = new Map<string, RowView<T>>()
    for (const row of rows) {
      const key = this.#key(row)
      const view = this.#views.get(key) ?? this.#make()
      view.show(row)
      views.set(key, view)
    }
    for (const [key, { root }] of this.#views) if (!views.has(key)) root.remove()
    this.#views = views
    this.#place([...views.values()].map(({ root }) => root))
  }

  /** Only what is not in its place is moved: a move takes the focus away. */
  #place(roots: readonly HTMLElement[]): void {
    let at = this.#parent.firstElementChild
    const focused = roots.find(root => root.contains(document.activeElement))
    for (const root of roots) {
      if (root === at) at = at.nextElementSibling
      else if (root === focused) at = root.nextElementSibling
      else this.#parent.insertBefore(root, at)
    }
    if (focused !== undefined) this.#placeAround(focused, roots)
  }

  /** Moves the others to before and behind the row that has the focus. */
  #placeAround(focused: HTMLElement, roots: readonly HTMLElement[]): void {
    const index = roots.indexOf(focused)
    for (const root of roots.slice(0, index)) this.#parent.insertBefore(root, focused)
    for (const root of roots.slice(index + 1)) this.#parent.append(root)
  }
}
