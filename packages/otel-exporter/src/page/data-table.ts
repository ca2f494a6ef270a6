import type { Limited } from '../live/live-state.ts'
import { element, setText, type Content } from './elements.ts'
import { plural } from './numbers.ts'
import { RowList, type RowView } from './row-list.ts'

/** How a column shows one cell: made once for each row, shown anew each second. */
export interface Cell<T> {
  readonly content: Content
  show(row: T): void
}

export interface Column<T> {
  readonly title: string
  /** Numbers are set to the right; a header names the row; a chart and a wide one have a place of their own where it is narrow. */
  readonly role: 'header' | 'number' | 'text' | 'chart' | 'wide'
  readonly cell: () => Cell<T>
}

export interface TableOptions<T> {
  readonly section: HTMLElement
  /** What the table is of, for who does not see the heading above it. */
  readonly caption: string
  readonly noun: readonly [one: string, many: string]
  readonly empty: string
  readonly columns: readonly Column<T>[]
  readonly key: (row: T) => string
}

/** A table of rows by key, with what is left out, and a sentence where there is nothing. */
export class DataTable<T> {
  readonly #options: TableOptions<T>
  readonly #table: HTMLTableElement
  readonly #rows: RowList<T>
  readonly #more: HTMLElement = element('p', { class: 'more muted' })
  readonly #empty: HTMLElement

  constructor(options: TableOptions<T>) {
    this.#options = options
    const { section, caption, empty, columns, key } = options
    const body = element('tbody', { role: 'rowgroup' })
    const heads = columns.map(({ title, role }) =>
      element('th', { scope: 'col', role: 'columnheader', 'data-role': role }, title),
    )
    this.#table = element(
      'table',
      { role: 'table' },
      element('caption', { class: 'visually-hidden' }, caption),
      element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, ...heads)),
      body,
    )
    this.#empty = element('p', { class: 'empty muted' }, empty)
    this.#rows = new RowList(body, key, () => rowView(columns))
    section.append(this.#table, this.#empty, this.#more)
  }

  show({ rows, more }: Limited<T>): void {
    this.#rows.show(rows)
    this.#table.hidden = rows.length === 0
    this.#empty.hidden = rows.length > 0
    this.#more.hidden = more === 0
    setText(
      this.#more,
      `and ${plural(more, `more ${this.#options.noun[0]}`, `more ${this.#options.noun[1]}`)}`,
    )
  }
}

function rowView<T>(columns: readonly Column<T>[]): RowView<T> {
  const cells = columns.map(({ cell }) => cell())
  const elements = columns.map(({ title, role }, i) => {
    const content = cells[i]?.content ?? ''
    const attributes = { 'data-role': role, 'data-label': title }
    return role === 'header'
      ? element('th', { scope: 'row', role: 'rowheader', ...attributes }, content)
      : element('td', { role: 'cell', ...attributes }, content)
  })
  return {
    root: element('tr', { role: 'row' }, ...elements),
    show: row => cells.forEach(cell => cell.show(row)),
  }
}
