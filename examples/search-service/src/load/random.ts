/** A seeded source of numbers in [0, 1): mulberry32, short and even enough to draw queries by. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Draws ranks from 0 to `size` - 1 by Zipf's law, as words and queries are: rank r in proportion to 1 / (r + 1). */
export function zipfRanks(size: number, random: () => number): () => number {
  const cumulative: number[] = []
  let total = 0
  for (let rank = 0; rank < size; rank++) cumulative.push((total += 1 / (rank + 1)))
  return () => {
    const target = random() * total
    let low = 0
    let high = size - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((cumulative[middle] as number) > target) high = middle
      else low = middle + 1
    }
    return low
  }
}
