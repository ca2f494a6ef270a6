import { GENERATIONS } from './lru-shadow.ts'
import { NONE, type SlotLists } from './slot-lists.ts'

const FIRST_LIST = 2
const ANCIENT_LIST: number = FIRST_LIST + GENERATIONS

/** The main queue, in generations: each a list of its own, so that an entry can be put to where its last hit says. */
export class MainQueue {
  /** How many lists it needs: of each generation, and of those so old that their number is another's now. */
  static readonly LISTS: number = GENERATIONS + 1
  readonly #slots: { readonly lists: SlotLists; readonly places: Uint8Array }
  readonly #time: { ageOf(generation: number): number }
  #oldest: number = 0
  #size: number = 0

  constructor(
    slots: { readonly lists: SlotLists; readonly places: Uint8Array },
    time: { ageOf(generation: number): number },
  ) {
    this.#slots = slots
    this.#time = time
  }

  /** Whose turn it is; `NONE` if it is empty. */
  first(): number {
    if (this.#size === 0) return NONE
    const { lists } = this.#slots
    const ancient = lists.first(ANCIENT_LIST)
    if (ancient !== NONE) return ancient
    let oldest = this.#oldest
    let slot: number
    while ((slot = lists.first(FIRST_LIST + oldest)) === NONE) oldest = (oldest + 1) & (GENERATIONS - 1)
    this.#oldest = oldest
    return slot
  }

  /** How long ago, in generations, the first one was filed. */
  get firstAge(): number {
    return this.#slots.lists.isEmpty(ANCIENT_LIST) ? this.#time.ageOf(this.#oldest) : GENERATIONS
  }

  push(slot: number, generation: number): void {
    const { lists, places } = this.#slots
    places[slot] = generation
    lists.push(FIRST_LIST + generation, slot)
    if (this.#size++ === 0 || this.#time.ageOf(generation) > this.#time.ageOf(this.#oldest)) {
      this.#oldest = generation
    }
  }

  remove(slot: number): void {
    this.#slots.lists.remove(slot)
    this.#size--
  }

  move(slot: number, generation: number): void {
    this.remove(slot)
    this.push(slot, generation)
  }

  /** A generation begins: those that had its number are ancient now. */
  begin(generation: number): void {
    this.#slots.lists.append(FIRST_LIST + generation, ANCIENT_LIST)
    if (this.#oldest === generation) this.#oldest = (generation + 1) & (GENERATIONS - 1)
  }
}
