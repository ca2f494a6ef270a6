/** Small enough to copy for one byte, large enough to be few. */
const PAGE = 4096

/** The pages of a copy-on-write mapping that were written, on the file back end: where memory of its own holds them. */
export class FilePages {
  readonly #pages: Map<number, Uint8Array> = new Map()
  readonly #load: (offset: number, target: Uint8Array) => void

  /** @param load reads the file */
  constructor(load: (offset: number, target: Uint8Array) => void) {
    this.#load = load
  }

  /** Puts what was written over what was read of the file from `offset` on. */
  overlay(offset: number, target: Uint8Array): void {
    if (this.#pages.size === 0) return
    this.#each(offset, target.length, (index, within, done, count) => {
      const page = this.#pages.get(index)
      if (page !== undefined) target.set(page.subarray(within, within + count), done)
    })
  }

  write(offset: number, bytes: Uint8Array, size: number): void {
    this.#each(offset, bytes.length, (index, within, done, count) => {
      this.#page(index, size).set(bytes.subarray(done, done + count), within)
    })
  }

  #page(index: number, size: number): Uint8Array {
    let page = this.#pages.get(index)
    if (page === undefined) {
      page = new Uint8Array(PAGE)
      this.#load(index * PAGE, page.subarray(0, Math.min(PAGE, size - index * PAGE)))
      this.#pages.set(index, page)
    }
    return page
  }

  #each(
    offset: number,
    length: number,
    visit: (index: number, within: number, done: number, count: number) => void,
  ): void {
    for (let done = 0; done < length;) {
      const index = Math.floor((offset + done) / PAGE)
      const within = offset + done - index * PAGE
      const count = Math.min(PAGE - within, length - done)
      visit(index, within, done, count)
      done += count
    }
  }
}
