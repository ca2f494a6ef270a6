import type { LeaseRow } from '../live/live-state.ts'
import { identity, type Tone } from './cells.ts'
import { DataTable, type Cell } from './data-table.ts'
import { element, setAttribute, setText } from './elements.ts'
import { duration } from './numbers.ts'
import { figure, words } from './cells.ts'

export function leaseTable(section: HTMLElement): DataTable<LeaseRow> {
  return new DataTable({
    section,
    caption: 'The oldest leases of the default registry',
    noun: ['lease', 'leases'],
    empty: 'Nothing is held.',
    key: ({ id }) => String(id),
    columns: [
      identity('Lease'),
      figure('Held', ({ heldSeconds }) => duration(heldSeconds), heldTone),
      words('State', ({ state, overdue }) => (overdue ? 'overdue' : state), heldTone),
      { title: 'Acquired at', role: 'wide', cell: stackCell },
      { title: 'Trace', role: 'text', cell: traceCell },
    ],
  })
}

function heldTone({ overdue }: LeaseRow): Tone {
  return overdue ? 'bad' : 'plain'
}

/** The first frame; the others behind it. */
function stackCell(): Cell<LeaseRow> {
  const first = element('span', { class: 'frame' })
  const whole = element('pre', {})
  const details = element('details', {}, element('summary', {}, first), whole)
  const none = element('span', { class: 'figure', 'data-tone': 'quiet' }, 'not sampled')
  return {
    content: element('span', { class: 'stack' }, details, none),
    show: ({ stack, name }) => {
      details.hidden = stack === null
      none.hidden = stack !== null
      setText(first, shortFrame(stack ?? ''))
      setText(whole, stack ?? '')
      setAttribute(details, 'aria-label', `Stack of ${name}`)
    },
  }
}

/** What was called and the file, without its folders. */
function shortFrame(stack: string): string {
  const [frame = ''] = stack.split('\n')
  return frame.replace(/^at (async )?/, '').replace(/(^|\()[^()]*[\\/]/, '$1')
}

function traceCell(): Cell<LeaseRow> {
  const link = element('a', { rel: 'noreferrer', target: '_blank' }, 'Trace')
  const none = element('span', { class: 'figure', 'data-tone': 'quiet' }, '–')
  return {
    content: element('span', {}, link, none),
    show: ({ traceUrl, kind, name }) => {
      link.hidden = traceUrl === null
      none.hidden = traceUrl !== null
      if (traceUrl === null) return
      setAttribute(link, 'href', traceUrl)
      setAttribute(link, 'aria-label', `Trace of ${kind} ${name}, in Jaeger`)
    },
  }
}
