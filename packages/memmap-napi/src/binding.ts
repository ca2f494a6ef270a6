/**
 * The native functions. What cannot be done is answered with a negative number: the negated number of the system's error
 * (as in `os.constants.errno`), or, from -10,001 on, one of
 * `native/src/refusal.rs`; from -20,001 on, 20,000 and the error of a mapping whose file could be opened.
 *
 * `out` is a `Float64Array` of at least 4, which takes number, size in bytes, slot (-1: none) and access.
 */
export interface Binding {
  /** To be called once by each thread: what it maps ends with it. */
  begin(): void
  /** One byte for each slot: 0, 1 (truncated) or 2 (no space). Null where the engine allows no memory but its own. */
  flags(): ArrayBuffer | null
  /** `access`: 0 read-only, 1 read-write, 2 copy on write. A negative `length` is "to the end", a negative `size` "as it is". */
  open(path: string, access: number, offset: number, length: number, size: number, out: Float64Array): number
  /** What `open` writes to `out`, or the one negative number. */
  openLater(path: string, access: number, offset: number, length: number, size: number): Promise<number[]>
  /** Refused while views are out, unless `forced`. `escaped`: its addresses are to stay taken for ever. */
  close(number: number, forced: boolean, escaped: boolean): number
  /** To be detached before the mapping is closed or resized, and never to be given away. */
  window(number: number, offset: number, length: number): ArrayBuffer | null
  /** May be given away: its addresses stay until it is collected. Counted until `unlease`. */
  lease(number: number, offset: number, length: number): ArrayBuffer | null
  unlease(number: number): void
  /** False if somebody has taken its memory before. */
  detach(buffer: ArrayBuffer): boolean
  /** What names the mapping to another thread; empty for none. */
  token(number: number): string
  attach(token: string, out: Float64Array): number
  resize(number: number, size: number, escaped: boolean, out: Float64Array): number
  /** -1: nowhere. */
  indexOf(number: number, needle: Uint8Array, from: number): number
  /** `advice`: 0 normal, 1 random, 2 sequential, 3 will need. */
  advise(number: number, advice: number, offset: number, length: number): number
  /** From 0 to 1. */
  residency(number: number, offset: number, length: number): number
  flush(number: number, offset: number, length: number): Promise<number>
  populate(number: number, offset: number, length: number): Promise<number>
  reinstallGuard(): number
  guardReinstallations(): number
  /** In the whole process, of all threads. */
  shareCount(): number
}
