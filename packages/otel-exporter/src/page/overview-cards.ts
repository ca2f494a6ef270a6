import type { LiveState } from '../live/live-state.ts'
import type { Tone } from './cells.ts'
import { element, setAttribute, setText } from './elements.ts'
import { Meter } from './meter.ts'
import { count, duration, percent, plural, rate } from './numbers.ts'
import { Sparkline } from './sparkline.ts'

interface Card {
  readonly root: HTMLElement
  show(value: string, note: string, tone?: Tone): void
}

const WINDOWS = { '60m': 'last 60 minutes', '5m': 'last 5 minutes', start: 'since the start' }

/** The figures that tell at a glance whether all is well. */
export class OverviewCards {
  readonly #live: Card
  readonly #acquired: Card
  readonly #overdue: Card
  readonly #success: Card
  readonly #alerts: Card
  readonly #sparkline: Sparkline = new Sparkline()
  readonly #meter: Meter = new Meter()

  constructor(section: HTMLElement) {
    this.#live = card('Live leases', this.#sparkline.root)
    this.#acquired = card('Acquired a second')
    this.#overdue = card('Overdue')
    this.#success = card('Cleanup success', this.#meter.root)
    this.#alerts = card('Alerts firing')
    const cards = [this.#live, this.#acquired, this.#overdue, this.#success, this.#alerts]
    section.append(element('dl', {}, ...cards.map(({ root }) => root)))
  }

  show({ overview }: LiveState): void {
    const { live, releasing, acquired, overdue, quarantined, oldestSeconds, trend, success, alerts } =
      overview
    this.#live.show(count(live), `${count(releasing)} being released`)
    this.#sparkline.show(trend)
    this.#acquired.show(rate(overview.rate), `${count(acquired)} since the start`)
    const oldest = live === 0 ? 'none held' : `oldest lease ${duration(oldestSeconds)}`
    const hung = quarantined === 0 ? oldest : `${count(quarantined)} quarantined`
    this.#overdue.show(count(overdue), hung, overdue + quarantined > 0 ? 'bad' : 'good')
    this.#showSuccess(success)
    this.#alerts.show(
      count(alerts),
      alerts === 0 ? 'all quiet' : plural(alerts, 'needs', 'need') + ' a look',
      alerts > 0 ? 'bad' : 'good',
    )
  }

  #showSuccess({ ratio, window, target }: LiveState['overview']['success']): void {
    const isMet = ratio === null || ratio >= target
    const tone: Tone = isMet ? 'good' : ratio < 0.99 ? 'bad' : 'warn'
    this.#success.show(percent(ratio, 2), `target ${percent(target)}, ${WINDOWS[window]}`, tone)
    // From 99 %, below which it is alarming, to all: a bar from nothing would always look full.
    this.#meter.show(ratio === null ? 0 : (ratio - 0.99) / 0.01, tone)
  }
}

function card(title: string, ...more: readonly HTMLElement[]): Card {
  const value = element('span', { class: 'card-value' })
  const note = element('span', { class: 'card-note muted' })
  const root = element(
    'div',
    { class: 'card' },
    element('dt', {}, title),
    element('dd', {}, value, ...more, note),
  )
  return {
    root,
    show: (text, noteText, tone = 'plain') => {
      setText(value, text)
      setText(note, noteText)
      setAttribute(root, 'data-tone', tone)
    },
  }
}
