/**
 * The language's own functions, as they were when this module was loaded. The private buffers over mapped memory are
 * reached by these alone: a program that replaces `DataView.prototype.getUint32`, or gives `readInto` an object with a
 * `set` of its own, must not be handed one of them by it.
 */

const { bind, call } = Function.prototype

/** The getter of a property as a function, whatever a subclass says of it. */
function getter(prototype: object, key: string): (of: object) => unknown {
  const { get } = Object.getOwnPropertyDescriptor(prototype, key)!
  return bind.call(call, get!) as (of: object) => unknown
}

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object
const placeOf = getter(typedArray, 'byteOffset') as (array: Uint8Array) => number
export const memoryOf = getter(typedArray, 'buffer') as (array: Uint8Array) => ArrayBuffer

export const lengthOf = getter(typedArray, 'length') as (array: Uint8Array) => number
export const bufferOf = getter(DataView.prototype, 'buffer') as (view: DataView) => ArrayBuffer
export const sizeOf = getter(DataView.prototype, 'byteLength') as (view: DataView) => number

/** `target.set(source, start)`. */
export const copyBytes = bind.call(call, Uint8Array.prototype.set) as (
  target: Uint8Array,
  source: Uint8Array,
  start: number,
) => void

/** An array that a program's own properties of `Array.prototype` are not asked about, nor its iterators. */
export function plainList<T>(): T[] {
  return Object.setPrototypeOf([], null) as T[]
}

export const floor: (x: number) => number = Math.floor
export const min: (...numbers: number[]) => number = Math.min

export const Weak: typeof WeakRef = WeakRef

/** `reference.deref()`. */
export const targetOf = bind.call(call, WeakRef.prototype.deref) as <T extends object>(
  reference: WeakRef<T>,
) => T | undefined

export const Bytes: typeof Uint8Array = Uint8Array

/** `array.subarray(start, start + length)`. */
export function part(array: Uint8Array, start: number, length: number): Uint8Array {
  return new Bytes(memoryOf(array), placeOf(array) + start, length)
}

const PlainView: new (buffer: ArrayBuffer, offset: number, length: number) => DataView = DataView

/** A `DataView` whose methods are its own, and the originals. */
export class RawView extends PlainView {}
for (const key of Reflect.ownKeys(DataView.prototype)) {
  if (key !== 'constructor') {
    Object.defineProperty(RawView.prototype, key, Object.getOwnPropertyDescriptor(DataView.prototype, key)!)
  }
}
Object.freeze(RawView.prototype)
