import { element, setAttribute, svgElement } from './elements.ts'

/** A bar of how full something is. The figures stand beside it, so it is for the eye alone. */
export class Meter {
  readonly root: HTMLElement
  readonly #bar: SVGRectElement = svgElement('rect', { class: 'meter-bar', height: '6', rx: '3' })

  constructor() {
    const track = svgElement('rect', { class: 'meter-track', width: '100%', height: '6', rx: '3' })
    const svg = svgElement('svg', { 'aria-hidden': 'true', width: '100%', height: '6' }, track, this.#bar)
    this.root = element('span', { class: 'meter' }, svg)
  }

  /** @param share 0 to 1 */
  show(share: number, tone: 'good' | 'warn' | 'bad' | 'plain'): void {
    setAttribute(this.#bar, 'width', `${(Math.min(1, Math.max(0, share)) * 100).toFixed(2)}%`)
    setAttribute(this.root, 'data-tone', tone)
  }
}
