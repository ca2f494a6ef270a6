/** Where progress is written: process.stderr, or a list of lines in a test. */
export interface ProgressTarget {
  readonly isTTY?: boolean
  write(text: string): unknown
}

const BAR_WIDTH = 24

/**
 * One bar a phase. A terminal sees it move; a file or a pipe gets the phase's last state only, as one line.
 */
export class Progress {
  readonly #target: ProgressTarget
  #lastShown = ''
  #openLine = false

  constructor(target: ProgressTarget) {
    this.#target = target
  }

  update(phase: string, done: number, total: number): void {
    if (this.#target.isTTY !== true) return
    const share = total === 0 ? 1 : Math.min(1, done / total)
    const filled = Math.round(share * BAR_WIDTH)
    const bar = '#'.repeat(filled) + '.'.repeat(BAR_WIDTH - filled)
    const line = `${phase.padEnd(10)} [${bar}] ${String(Math.floor(share * 100)).padStart(3)} %`
    if (line === this.#lastShown) return
    this.#lastShown = line
    this.#openLine = true
    this.#target.write(`\r\u001b[K${line}`)
  }

  /** Ends the phase with a line of what it came to. */
  finish(phase: string, result: string): void {
    this.line(`${phase.padEnd(10)} ${result}`)
  }

  line(text: string): void {
    this.#target.write(`${this.clearing()}${text}\n`)
  }

  /** What must be written before anything else, so that a half-drawn bar does not stay on the screen. */
  clearing(): string {
    const clear = this.#openLine ? '\r\u001b[K' : ''
    this.#openLine = false
    this.#lastShown = ''
    return clear
  }
}
