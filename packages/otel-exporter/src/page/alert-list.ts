import type { AlertRow, Limited } from '../live/live-state.ts'
import { element, setAttribute, setText } from './elements.ts'
import { plural } from './numbers.ts'
import { keyOf } from './resource-table.ts'
import { RowList, type RowView } from './row-list.ts'

const RULES: Readonly<Record<string, string>> = {
  'held-too-long': 'Held for longer than the leak threshold',
  outlived: 'Still held although the request has ended',
  abandoned: 'Garbage-collected without release',
  'cleanup-success': 'Too many cleanups fail',
  'consecutive-failures': 'Cleanups fail one after the other',
  growth: 'Old leases become more and more',
  quarantine: 'Cleanups hang',
}

const keyOfAlert = (alert: AlertRow): string => `${alert.rule} ${alert.severity} ${keyOf(alert)}`

/** The alerts that are firing, said as they begin and end. */
export class AlertList {
  readonly #rows: RowList<AlertRow>
  readonly #empty: HTMLElement = element('p', { class: 'empty muted' }, 'No alert is firing.')
  readonly #more: HTMLElement = element('p', { class: 'more muted' })
  readonly #say: (text: string) => void
  #known: ReadonlyMap<string, AlertRow> = new Map()

  constructor(section: HTMLElement, say: (text: string) => void) {
    const list = element('ul', { class: 'alerts' })
    section.append(list, this.#empty, this.#more)
    this.#rows = new RowList(list, keyOfAlert, alertView)
    this.#say = say
  }

  show({ rows, more }: Limited<AlertRow>): void {
    this.#rows.show(rows)
    this.#empty.hidden = rows.length > 0
    this.#more.hidden = more === 0
    setText(this.#more, `and ${plural(more, 'more alert')}`)
    this.#announce(new Map(rows.map(row => [keyOfAlert(row), row])))
  }

  #announce(now: ReadonlyMap<string, AlertRow>): void {
    const begun = [...now]
      .filter(([key]) => !this.#known.has(key))
      .map(([, row]) => `Alert: ${sentence(row)}`)
    const ended = [...this.#known]
      .filter(([key]) => !now.has(key))
      .map(([, row]) => `Resolved: ${sentence(row)}`)
    this.#known = now
    if (begun.length + ended.length > 0) this.#say([...begun, ...ended].join('. '))
  }
}

function sentence({ rule, kind, name }: AlertRow): string {
  return `${RULES[rule] ?? rule}, ${owner({ kind, name })}`
}

function owner({ kind, name }: { kind: string; name: string }): string {
  return kind === '*' ? 'all cleanups together' : `${kind} ${name}`
}

function alertView(): RowView<AlertRow> {
  const severity = element('span', { class: 'badge' })
  const what = element('span', { class: 'alert-what' })
  const whose = element('span', { class: 'kind' })
  const root = element(
    'li',
    { class: 'alert' },
    severity,
    element('span', { class: 'identity' }, what, whose),
  )
  return {
    root,
    show: row => {
      setText(severity, row.severity)
      setAttribute(root, 'data-severity', row.severity)
      setText(what, RULES[row.rule] ?? row.rule)
      setText(whose, row.count > 1 ? `${owner(row)} (${row.count})` : owner(row))
    },
  }
}
