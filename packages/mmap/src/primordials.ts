/**
 * The language's own functions, as they were when this module was loaded. The private buffers over mapped memory are
 * reached by these alone: a program that replaces `DataView.prototype.getUint32`, or gives `readInto` an object with a
 * `set` of its own, must not be handed one of them by it.
 */

const { bind, call } = Function.prototype

/** The getter of a property as a function, whatever a subclass says of it. */
function getter<O extends object, T>(prototype: object, key: string): (of: O) => T {
  const { get } = Object.getOwnPropertyDescriptor(prototype, key)!
  return bind.call(call, get!) as (of: O) => T
}

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object
const placeOf = getter<Uint8Array, number>(typedArray, 'byteOffset')
const memoryOf = getter<Uint8Array, ArrayBuffer>(typedArray, 'buffer')

export const lengthOf: (array: Uint8Array) => number = getter(typedArray, 'length')
export const bufferOf: (view: DataView) => ArrayBuffer = getter(DataView.prototype, 'buffer')
export const sizeOf: (view: DataView) => number = getter(DataView.prototype, 'byteLength')

/** `target.set(source, start)`. */
export const copyBytes = bind.call(call, Uint8Array.prototype.set) as (
  target: Uint8Array,
  source: Uint8Array,
  start: number,
) => void

export const Bytes: typeof Uint8Array = Uint8Array

/** `array.subarray(start, start + length)`. */
export function part(array: Uint8Array, start: number, length: number): Uint8Array {
  return new Bytes(memoryOf(array), placeOf(array) + start, length)
}

const PlainView: new (buffer: ArrayBuffer, offset: number, length: number) => DataView = DataView

/** A `DataView` whose methods are its own, and the originals. */
export class RawView extends PlainView {
  constructor(buffer: ArrayBuffer, offset: number, length: number) {
    super(buffer, offset, length)
  }
}
for (const key of Reflect.ownKeys(DataView.prototype)) {
  if (key !== 'constructor') {
    Object.defineProperty(RawView.prototype, key, Object.getOwnPropertyDescriptor(DataView.prototype, key)!)
  }
}
Object.freeze(RawView.prototype)
