import type { Trend } from '../live/live-state.ts'
import { element, setAttribute, svgElement } from './elements.ts'

const WIDTH = 120
const HEIGHT = 28
const PADDING = 2
/** As many as the server keeps: a short history does not fill the width. */
const POINTS = 120

/** The last two minutes, from 0 up. It adds nothing to the figures beside it, so readers of the screen pass over it. */
export class Sparkline {
  readonly root: HTMLElement
  readonly #line: SVGPathElement = svgElement('path', { class: 'spark-line' })
  readonly #area: SVGPathElement = svgElement('path', { class: 'spark-area' })

  constructor() {
    const attributes = {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
    }
    const base = svgElement('path', { class: 'spark-base', d: `M0 ${HEIGHT - 0.5}H${WIDTH}` })
    this.root = element(
      'span',
      { class: 'spark' },
      svgElement('svg', attributes, base, this.#area, this.#line),
    )
  }

  show(trend: Trend): void {
    const points = trend.length === 1 ? [...trend, ...trend] : trend
    const highest = Math.max(1, ...points)
    const step = WIDTH / (POINTS - 1)
    const x = (i: number): number => WIDTH - (points.length - 1 - i) * step
    const y = (value: number): number => HEIGHT - PADDING - (value / highest) * (HEIGHT - 2 * PADDING)
    const line = points
      .map((value, i) => `${i === 0 ? 'M' : 'L'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`)
      .join('')
    setAttribute(this.#line, 'd', line)
    setAttribute(
      this.#area,
      'd',
      line === '' ? '' : `${line}L${WIDTH} ${HEIGHT}L${x(0).toFixed(1)} ${HEIGHT}Z`,
    )
  }
}
