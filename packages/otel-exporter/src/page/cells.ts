import type { Identity, Named, Trend } from '../live/live-state.ts'
import type { Cell, Column } from './data-table.ts'
import { element, setAttribute, setText } from './elements.ts'
import { Meter } from './meter.ts'
import { Sparkline } from './sparkline.ts'

export type Tone = 'good' | 'warn' | 'bad' | 'plain'

/** Text, with a tone where it is out of the ordinary; figures of nothing are quiet. */
export function figure<T>(
  title: string,
  text: (row: T) => string,
  tone: (row: T) => Tone = () => 'plain',
): Column<T> {
  return { title, role: 'number', cell: () => toned(text, tone) }
}

export function words<T>(
  title: string,
  text: (row: T) => string,
  tone: (row: T) => Tone = () => 'plain',
): Column<T> {
  return { title, role: 'text', cell: () => toned(text, tone) }
}

export function identity<T extends Named & Partial<Identity>>(title: string): Column<T> {
  return {
    title,
    role: 'header',
    cell: () => {
      const name = element('span', { class: 'name' })
      const kind = element('span', { class: 'kind' })
      return {
        content: element('span', { class: 'identity' }, name, kind),
        show: row => {
          setText(name, row.name)
          setText(kind, row.kind ?? '')
        },
      }
    },
  }
}

export function chart<T>(title: string, trend: (row: T) => Trend): Column<T> {
  return {
    title,
    role: 'chart',
    cell: () => {
      const sparkline = new Sparkline()
      return { content: sparkline.root, show: row => sparkline.show(trend(row)) }
    },
  }
}

/** A bar with its figures. */
export function filled<T>(
  title: string,
  text: (row: T) => string,
  share: (row: T) => number,
  tone: (row: T) => Tone,
): Column<T> {
  return {
    title,
    role: 'wide',
    cell: () => {
      const meter = new Meter()
      const label = element('span', { class: 'meter-label' })
      return {
        content: element('span', { class: 'filled' }, label, meter.root),
        show: row => {
          setText(label, text(row))
          meter.show(share(row), tone(row))
        },
      }
    },
  }
}

function toned<T>(text: (row: T) => string, tone: (row: T) => Tone): Cell<T> {
  const content = element('span', { class: 'figure' })
  return {
    content,
    show: row => {
      const shown = text(row)
      setText(content, shown)
      setAttribute(content, 'data-tone', shown === '0' || shown === '–' ? 'quiet' : tone(row))
    },
  }
}
