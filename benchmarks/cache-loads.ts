/** Requests that caches are compared by: made from a seed, or read from files with a number a line. */
import { readFileSync } from 'node:fs'

/** xorshift32: the same requests in every run. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

function zipf(count: number, skew: number, random: () => number): () => number {
  const sums = new Float64Array(count)
  let sum = 0
  for (let i = 0; i < count; i++) sums[i] = sum += (i + 1) ** -skew
  return () => {
    const at = random() * sum
    let [low, high] = [0, count - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (sums[middle]! < at) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** By name. @param length how many requests each has */
export function loads(length: number): Readonly<Record<string, number[]>> {
  const random = numbers(777)
  const one = zipf(20_000, 0.9, random)
  const made = (next: (i: number) => number): number[] => Array.from({ length }, (_, i) => next(i))
  return {
    zipf: made(one),
    'zipf and scans': made(i => (i % 6_000 < 4_000 ? one() : 1_000_000 + i)),
    loop: made(i => i % 3_000),
    'shifting zipf': made(i => (one() + Math.floor(i / 30_000) * 7_000) % 40_000),
    'drifting zipf': made(i => one() + Math.floor(i / 20)),
  }
}

/** A trace: a whole number a line; other lines are left out. */
export function readTrace(path: string): number[] {
  const lines = readFileSync(path, 'latin1').split('\n')
  return lines.map(Number.parseFloat).filter(key => Number.isFinite(key))
}
