import { getEventListeners } from 'node:events'

/**
 * Each cleanup gets a signal, but making one costs more than all else in a release (1.7 µs on Node 20), and a
 * cleanup that is over when it returns can never have it aborted. So one spare serves such cleanups in turn,
 * as long as none has left a listener on it. A cleanup that declares the parameter gets its own: it may keep it.
 */
export class SpareSignal {
  #spare: AbortController | undefined

  lend(cleanup: { readonly length: number }): AbortController {
    const spare = this.#spare
    if (spare === undefined || cleanup.length >= 2) return new AbortController()
    this.#spare = undefined
    return spare
  }

  /** To be called only where the cleanup is over. */
  giveBack(controller: AbortController, cleanup: { readonly length: number }): void {
    if (cleanup.length < 2 && getEventListeners(controller.signal, 'abort').length === 0) {
      this.#spare = controller
    }
  }
}
